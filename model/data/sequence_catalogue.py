"""The data sets whose items are sequences."""

from __future__ import annotations

from model.data.info import DataSetInfo
from model.data.sequences import DIGITS, MEMORY_TOKENS, SUM_STEPS, SUM_TOKENS

TEXT_TOKENS = tuple("\n !',-.:;?ABCDEFGHIJKLMNOPRSTUVWYabcdefghijklmnopqrstuvwxyz")
"""Every character of the sonnets, and no other, in the order of Unicode."""
TEXT_STEPS = 40

SEQUENCE_SETS = (
    DataSetInfo(
        key="reverse",
        title="Reverse digits",
        description="A row of digits; the target is the same row backwards, a digit at every step",
        x_shape=(10,),
        y_shape=(10,),
        size=4000,
        is_generated=True,
        target="the digits backwards",
        source="Generated",
        is_sequence=True,
        x_classes=len(DIGITS),
        y_classes=len(DIGITS),
        tokens=DIGITS,
        steps_range=(2, 100),
    ),
    DataSetInfo(
        key="addition",
        title="Addition",
        description="Sums of two 3-digit numbers such as 123+456=9750, the sum from its last digit"
        " on; the target is the next token, asked for behind the equals sign only",
        x_shape=(SUM_STEPS,),
        y_shape=(SUM_STEPS,),
        size=10_000,
        is_generated=True,
        target="the next token of the sum",
        source="Generated",
        is_sequence=True,
        x_classes=len(SUM_TOKENS),
        y_classes=len(SUM_TOKENS),
        tokens=SUM_TOKENS,
    ),
    DataSetInfo(
        key="long_memory",
        title="Long memory",
        description="A row of random symbols; the class is the very first, asked for at the end",
        x_shape=(30,),
        classes=MEMORY_TOKENS,
        size=2000,
        is_generated=True,
        source="Generated, after Hochreiter and Schmidhuber 1997, Long Short-Term Memory",
        is_sequence=True,
        x_classes=len(MEMORY_TOKENS),
        tokens=MEMORY_TOKENS,
        steps_range=(2, 500),
    ),
    DataSetInfo(
        key="time_series",
        title="Time series",
        description="Windows of a wave, 0.6 sin(2πt/17 + a) + 0.4 sin(2πt/7 + b) plus noise; the"
        " target is the value that comes next",
        x_shape=(24, 1),
        y_shape=(1,),
        size=1000,
        is_generated=True,
        default_noise=0.05,
        target="next value",
        source="Generated",
        is_sequence=True,
        steps_range=(2, 500),
    ),
    DataSetInfo(
        key="text",
        title="Sonnets",
        description="55 of Shakespeare's sonnets in windows; the target is the next character"
        " at every step",
        x_shape=(TEXT_STEPS,),
        y_shape=(TEXT_STEPS,),
        size=840,
        target="the next character",
        source="W. Shakespeare 1609, public domain",
        file_name="sonnets.txt",
        is_sequence=True,
        x_classes=len(TEXT_TOKENS),
        y_classes=len(TEXT_TOKENS),
        tokens=TEXT_TOKENS,
        is_text=True,
        steps_range=(2, 500),
    ),
)
