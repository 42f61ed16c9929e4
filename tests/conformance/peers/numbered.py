"""Numbered payloads, and the check that what arrives is 1..k: see README.md for their form."""

import re

FILLER = "€"
MOST_GAP = 1_000_000  # of numbers that are remembered as missing, a bound of memory
TEXT_FORM = re.compile(r"(\d+)(?: €*)?")

_pattern = b""


def pattern_of(number, length):
    """`length` bytes of which byte i is (number + i) mod 256."""
    global _pattern
    if len(_pattern) < length + 256:
        _pattern = bytes(range(256)) * (length // 256 + 2)
    return _pattern[number % 256:number % 256 + length]


def payload_of(number, size=None):
    """The number alone as a text, or with `size` that many bytes; and whether it is a text."""
    if size is None:
        return str(number).encode(), True
    return number.to_bytes(8, "big") + pattern_of(number, size - 8), False


def number_of(payload, text):
    """Its number, or None where it is not as a numbered payload is made."""
    if text:
        match = TEXT_FORM.fullmatch(payload.decode())
        return int(match[1]) if match else None
    if len(payload) < 8:
        return None
    number = int.from_bytes(payload[:8], "big")
    return number if payload[8:] == pattern_of(number, len(payload) - 8) else None


class Count:
    def __init__(self):
        self.received = self.highest = self.twice = self.out_of_order = self.damaged = 0
        self.missing = set()

    def take(self, payload, text):
        self.received += 1
        number = number_of(payload, text)
        if number is None or not 1 <= number <= self.highest + MOST_GAP:
            self.damaged += 1
        elif number > self.highest:
            self.missing.update(range(self.highest + 1, number))
            self.highest = number
        elif number in self.missing:
            self.missing.remove(number)
            self.out_of_order += 1
        else:
            self.twice += 1

    def report(self):
        """What is missing below the highest is lost."""
        return {"received": self.received, "lost": len(self.missing), "twice": self.twice,
                "out_of_order": self.out_of_order, "damaged": self.damaged}
