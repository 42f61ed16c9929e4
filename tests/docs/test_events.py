"""docs/events.md against the program and the header: `test_events.py PROGRAM`."""

import json
import re
import socket
import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = sys.argv[1]
PAGE = (ROOT / "docs/events.md").read_text(encoding="utf-8")
HEADER = (ROOT / "capi/include/resock/resock.h").read_text(encoding="utf-8")
PATIENCE_S = 60


def section(title):
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    assert found, title
    return found.group(1)


def examples(text):
    return [json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL)]


def happened(url, *options, data=b"one\n"):
    """The events of a run of `resock connect`, by kind; and its standard error."""
    done = subprocess.run([PROGRAM, "connect", url, "--events", "--json", *options], input=data,
                          capture_output=True, timeout=PATIENCE_S, check=False)
    lines = [json.loads(line) for line in done.stderr.decode().splitlines()
             if line.startswith("{")]
    for each in lines:
        each.pop("time")
    return {each["event"]: each for each in lines}


class Events(unittest.TestCase):
    def test_every_kind_has_its_section_with_an_example_of_it(self):
        kinds = re.findall(r"^    RESOCK_EVENT_(\w+) = ", HEADER, re.MULTILINE)
        self.assertEqual(len(kinds), 12)
        for kind in kinds:
            with self.subTest(kind):
                made = examples(section(kind))
                self.assertEqual([each["event"] for each in made], [kind])
                self.assertIn(f"```\n{kind}", section(kind))

    def test_every_accessor_is_there(self):
        accessors = set(re.findall(r"\bresock_event_\w+(?=\()", HEADER))
        accessors -= {"resock_event_json", "resock_event_free"}
        self.assertGreater(len(accessors), 40)
        for accessor in accessors:
            self.assertIn(f"`{accessor}`", PAGE)
        known = set(re.findall(r"\bresock_\w+", HEADER))
        named = set(re.findall(r"`(resock_[a-z_]+)`", PAGE))
        self.assertEqual(named - known, set())

    def test_examples_have_the_fields_of_real_events(self):
        echoed = happened("echo:", "--wait", "100ms")
        with socket.socket() as bound:  # and not listening
            bound.bind(("127.0.0.1", 0))
            url = f"ws://127.0.0.1:{bound.getsockname()[1]}/"
            refused = happened(url, "--set", "reconnect.attempts=0")
        self.assertLessEqual({"OPEN", "MESSAGE", "CONFIRMED", "CLOSED"}, set(echoed))
        self.assertLessEqual({"DOWN", "CLOSED"}, set(refused))
        for real in [*echoed.values(), *refused.values()]:
            kind = real["event"]
            with self.subTest(kind):
                shown = examples(section(kind))[0]
                self.assertEqual(list(real), list(shown))
                if "record" in real:
                    self.assertEqual(list(real["record"]), list(shown["record"]))

    def test_every_field_is_explained(self):
        for title in re.findall(r"^## ([A-Z]+)$", PAGE, re.MULTILINE):
            text = section(title) + section("Of every event")
            for field in examples(section(title))[0]:
                self.assertIn(f"`{field}`", text + "`record`", f"{title}: {field}")
        for field in examples(section("DOWN"))[0]["record"]:
            self.assertIn(f"| `{field}` |", section("The record"))

    def test_numbers_are_those_of_the_library(self):
        shown = examples(section("Numbers of a link"))[0]
        names = re.findall(r"^    RESOCK_STAT_(\w+) = ", HEADER, re.MULTILINE)
        self.assertEqual(list(shown), ["state", *(name.lower() for name in names)])
        for name in shown:
            self.assertIn(f"`{name}`", section("Numbers of a link"))
        stats, history = examples(section("Numbers of a listener"))
        for name in [*stats, *history[0]]:
            self.assertIn(f"`{name}`", section("Numbers of a listener"))

    def test_packed_fields_are_those_of_the_header(self):
        layout = HEADER[HEADER.index("Events, written by resock_hub_poll_packed"):]
        for kind in ["OPEN", "FAILED", "DOWN", "CREDENTIALS", "REQUEST", "ACCEPTED", "LOST", "LOG"]:
            fields = re.search(rf"^ \*   {kind} +(.*?)(?=^ \*   [A-Z]|^ \*\n)", layout,
                               re.DOTALL | re.MULTILINE).group(1)
            wanted = re.findall(r"u64 (\w+)|u32 (?!length)(\w+)", fields)
            row = re.search(rf"^\| {kind}[ ,].*$", section("Packed records"),
                            re.MULTILINE).group(0)
            for name in [first or second for first, second in wanted]:
                self.assertIn(name, row, kind)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
