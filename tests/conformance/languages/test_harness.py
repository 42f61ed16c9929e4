#!/usr/bin/env python3
"""Whether the harness finds a driver that is wrong: test_harness.py BUILD."""

import asyncio
import os
import re
import sys
import unittest
from pathlib import Path

import page
from canonical import Malformed, canonical, matches
from driver import Driver
from languages import command_of, environment
from play import compare_languages
from scenario import Scenario, all_scenarios

WRONG = Path(__file__).parent / "wrong_driver.py"
PATIENCE_S = 30
ADDRESS = "127.0.0.1:99"
SHORT_PATIENCE_S = 2  # for a driver that never answers


def scenario(**changed):
    data = {
        "name": "two connections", "server": [["accept", "wait opened", "close 1011 why"],
                                              ["accept", "message text hello", "send text hi",
                                               "closed 1000"]],
        "client": [["open"], ["event", "OPEN connection=1"], ["mark opened"],
                   ["event", "DOWN layer=websocket caused_by=peer close_code=1011 "
                             "close_reason=\"why\" verdict=backoff"],
                   ["event", "OPEN connection=2"], ["send - text hello", "SENT 1"],
                   ["message", 'MESSAGE text "hi"'],
                   ["outcome 1 received", "OUTCOME 1 level=received"], ["end"]]}
    return Scenario("harness", {**data, **changed})


class Harness(unittest.TestCase):
    def played(self, fault="none", scenarios=None, patience_s=PATIENCE_S):
        """What is wrong with a driver that makes this mistake, beside C that makes none."""
        c = command_of("C", BUILD)
        drivers = {"C": Driver(c, environment(BUILD), PATIENCE_S), "wrong": Driver(
            [sys.executable, WRONG, fault, *c], environment(BUILD), patience_s)}
        return asyncio.run(compare_languages(scenarios or [scenario()], drivers))[1]

    def found(self, fault, *words, **how):
        problems = "\n".join(self.played(fault, **how))
        self.assertIn("harness: two connections", problems)
        self.assertIn("wrong", problems)
        for word in words:
            self.assertIn(word, problems)

    def test_without_a_mistake_there_is_no_problem(self):
        self.assertEqual(self.played(), [])

    def test_an_event_that_is_dropped(self):
        self.found("drop", "-DOWN", "+OPEN")

    def test_a_field_that_is_changed_and_expected(self):
        self.found("verdict", "-DOWN layer=websocket", "verdict=stop")

    def test_a_field_that_is_changed_and_only_compared(self):
        self.found("why", "C and wrong differ", "+DOWN", "because of the moon")

    def test_a_field_that_is_missing(self):
        self.found("missing", "its fields have to be")

    def test_a_time_that_is_impossible(self):
        self.found("time", "up_ms=", "is no time that a scenario has")

    def test_a_line_too_many(self):
        self.found("twice", "OPEN")

    def test_a_line_that_is_none(self):
        self.found("noise", "no line begins so")

    def test_one_that_hangs(self):
        self.found("hang", "it hangs", patience_s=SHORT_PATIENCE_S)

    def test_one_that_crashes(self):
        self.found("crash", "it ended with 3", "crashed on purpose")

    def test_one_that_ends_badly(self):
        self.assertEqual(self.played("exit"), ["wrong: it ended with 4: "])

    def test_after_one_that_broke_the_next_scenario_is_played(self):
        other = scenario(name="next", server=[["accept", "closed 1000"]],
                         client=[["open"], ["event", "OPEN"], ["end"]])
        problems = self.played("crash", scenarios=[scenario(), other])
        self.assertTrue(problems)
        self.assertFalse([each for each in problems if "next" in each], problems)

    def test_an_outcome_that_is_changed(self):
        self.found("outcome", "-OUTCOME 1 level=received", "+OUTCOME 1 level=processed")

    def test_a_message_that_is_changed(self):
        self.found("message", '-MESSAGE text "hi"', '+MESSAGE text "ho"')


class Server(unittest.TestCase):
    """What a client does wrong is told, too: here the scenario expects something else."""

    def told(self, *server):
        drivers = {"C": Driver(command_of("C", BUILD), environment(BUILD), PATIENCE_S)}
        return "\n".join(asyncio.run(compare_languages(
            [scenario(server=list(server))], drivers))[1])

    def test_another_message(self):
        first, _ = scenario().server
        self.assertIn("expected text b'bye', and text b'hello' came",
                      self.told(first, ["accept", "message text bye"]))

    def test_a_connection_too_many(self):
        self.assertIn("connection 2: the script has no more than 1",
                      self.told(scenario().server[0]))

    def test_another_close_code(self):
        first, second = scenario().server
        self.assertIn("expected ('close', 1001, '')",
                      self.told(first, [*second[:-1], "closed 1001"]))

    def test_a_field_that_is_not_there(self):
        self.assertIn("expected X-Room: 7", self.told(["request X-Room: 7", "accept"]))


class Form(unittest.TestCase):
    """The canonical form."""

    def test_words_addresses_and_times(self):
        line = ('OPEN address="127.0.0.1:99" tls="" subprotocol="a" connection=1 attempt=0 '
                "downtime_ms=12 resumed=false")
        self.assertEqual(canonical(line, ADDRESS), line.replace(
            ADDRESS, "SERVER").replace("downtime_ms=12", "downtime_ms=N"))
        self.assertEqual(canonical("STATE state=6", ADDRESS), canonical("STATE state=stopped", ADDRESS))
        self.assertEqual(canonical("OUTCOME 3 failed reason=5", ADDRESS),
                         canonical("OUTCOME 3 failed reason=in_doubt", ADDRESS))
        self.assertEqual(canonical("ERROR -6", ADDRESS), "ERROR QUEUE_FULL")
        self.assertNotEqual(canonical("OUTCOME 3 failed reason=5", ADDRESS),
                            canonical("LOST reason=5 begun_anew=false text=\"\"", ADDRESS).split()[1])

    def test_lines_that_are_none(self):
        for line in ("", "HELLO", "STATE", "STATE state=1 more=2", "DOWN was_open=true"):
            with self.subTest(line), self.assertRaises(Malformed):
                canonical(line, ADDRESS)

    def test_what_is_not_named_is_as_usual(self):
        line = canonical('LOST reason=6 begun_anew=false text="a \\"b\\""', ADDRESS)
        self.assertTrue(matches(line, "LOST reason=expired"))
        self.assertTrue(matches(line, 'LOST text="a \\"b\\""'))
        self.assertFalse(matches(line, "LOST reason=ended"))
        self.assertFalse(matches(line.replace("false", "true"), "LOST reason=expired"))


class Page(unittest.TestCase):
    def test_it_names_the_scenarios_that_there_are(self):
        names, languages = page.names_on_it()
        self.assertEqual(names, [repr(each) for each in all_scenarios()],
                         "write it anew: run.py BUILD --page")
        self.assertEqual(len(languages), 1)

    def test_every_topic_of_a_link_is_there(self):
        topics = {each.topic for each in all_scenarios()}
        self.assertEqual(topics, {"breaks", "close_codes", "closing", "confirmation", "connecting",
                                  "credentials", "greetings", "http_refusals", "messages", "queue",
                                  "sessions", "stopping"})

    def test_each_close_code_and_status_with_a_verdict_of_its_own(self):
        """The table of the library is the measure, so that a new row is not forgotten."""
        source = (page.ROOT / "core/policy/verdict_table.cpp").read_text(encoding="utf-8")
        played = " ".join(repr(each) for each in all_scenarios())
        rows = re.findall(r"^\s*\{(\d{3,4}), (\d{3,4}),", source, re.MULTILINE)
        self.assertGreater(len(rows), 30)
        numbers = {int(number) for number in re.findall(r"\b\d{3,4}\b", played)}
        missing = [(first, last) for first, last in rows
                   if not numbers & set(range(int(first), int(last) + 1))]
        self.assertEqual(missing, [])

if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: test_harness.py BUILD [TEST...]")
    BUILD = Path(sys.argv.pop(1)).resolve()
    if not os.path.exists(BUILD / "tests/conformance_driver_c"):
        sys.exit("the target conformance_driver_c is not built")
    unittest.main()
