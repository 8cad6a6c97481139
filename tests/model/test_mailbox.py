"""One slot between two threads: the newest letter wins and the last one is never lost."""

from __future__ import annotations

import threading

from model.mailbox import Mailbox


def test_the_newest_letter_wins_and_is_taken_once():
    box: Mailbox[str] = Mailbox()
    assert box.is_empty
    assert box.take() is None
    box.put("old")
    box.put("new")
    assert not box.is_empty
    assert box.take() == "new"
    assert box.take() is None


def test_letters_come_in_order_and_the_last_one_arrives_while_both_threads_are_busy():
    box: Mailbox[int] = Mailbox()
    last = 50_000

    def write() -> None:
        for number in range(1, last + 1):
            box.put(number)

    writer = threading.Thread(target=write)
    writer.start()
    seen = [0]
    while writer.is_alive() or not box.is_empty:
        letter = box.take()
        if letter is not None:
            seen.append(letter)
    writer.join()
    assert seen == sorted(set(seen))
    assert seen[-1] == last
