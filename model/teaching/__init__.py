"""For learning by hand: graphs drawn from formulas, layers taken apart, walks through a step,
questions to predict, and faults to find."""
