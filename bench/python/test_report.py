"""Which limits are kept, and what the page says, by runs that are made up."""

import unittest
from dataclasses import asdict

import paths  # noqa: F401: makes the others importable
import report
from clients import MANY, OURS, PICOWS, SYNC, WEBSOCKETS, WEBSOCKETS_SYNC
from figures import PING_PONG_CASES, PYTHON_OBJECTS, delay_case
from run import PLANS, STEPS
from steps import ALL_LINKS, IMPORT, of_plain_run, of_session_run

NOTHING = {"lost": 0, "out_of_order": 0, "twice": 0, "wrong": 0}


def run(step, case, contender, number=0, failure=None, **result):
    return {"step": step, "case": case, "contender": contender, "round": number,
            "result": result, "failure": failure}


def speed(contender, per_second, number=0):
    return run("throughput", "64 B", contender, number, per_second=per_second)


def kept(step, *runs):
    return {row.what: row.kept for row in report.rows_of(list(runs), [step])}


class Limits(unittest.TestCase):
    def test_throughput(self):
        found = kept("throughput", speed(OURS, 300), speed(WEBSOCKETS, 100), speed(PICOWS, 430),
                     speed(MANY, 1289))
        self.assertEqual([found[f"throughput, {pair}"] for pair in (
            f"{OURS} to {WEBSOCKETS}", f"{OURS} to {PICOWS}", f"{MANY} to {PICOWS}")],
            [True, False, False])

    def test_a_ratio_is_taken_within_a_round(self):
        found = kept("throughput", speed(OURS, 100, 0), speed(WEBSOCKETS, 33, 0),
                     speed(OURS, 1000, 1), speed(WEBSOCKETS, 333, 1))
        self.assertTrue(found[f"throughput, {OURS} to {WEBSOCKETS}"])

    def test_ping_pong_on_one_core_and_on_two(self):
        one, two = PING_PONG_CASES
        found = kept("pingpong", *(run("pingpong", case, name, p50_us=value)
                                   for case, name, value in (
                                       (one, OURS, 50), (one, WEBSOCKETS, 50), (two, OURS, 51),
                                       (two, WEBSOCKETS, 50), (one, SYNC, 51),
                                       (one, WEBSOCKETS_SYNC, 50))))
        self.assertEqual([found[f"ping-pong p50, {case}, {OURS} to {WEBSOCKETS}"]
                          for case in (one, two)], [True, False])
        self.assertFalse(found[f"ping-pong p50, {one}, {SYNC} to {WEBSOCKETS_SYNC}"])

    def test_memory_above_the_objects_of_python(self):
        def above(whole):
            found = kept("idle", run("idle", ALL_LINKS, OURS, pss_per_link=whole),
                         run("idle", PYTHON_OBJECTS, OURS, traced_per_link=3000))
            return found["memory of an idle link above Python's own objects"]
        self.assertTrue(above(3000 + 16384))
        self.assertFalse(above(3000 + 16385))

    def test_import(self):
        self.assertEqual(kept("import", run("import", IMPORT, "import resock", ms=60.1)),
                         {"import resock": False,
                          "import resock; resock.connect, less import asyncio": None})

    def test_a_loss_run_that_failed_counts(self):
        found = kept("loss",
                     run("loss", delay_case(0), f"{OURS}, exactly-once", **NOTHING),
                     run("loss", delay_case(0), f"{OURS}, exactly-once", 1, "1 twice",
                         **{**NOTHING, "twice": 3}),
                     run("loss", delay_case(0), f"{OURS}, exactly-once", 2, "1 twice",
                         **{**NOTHING, "twice": 1}),
                     run("loss", delay_case(0), f"{OURS}, at-least-once", **NOTHING))
        self.assertEqual([found[f"{what} in the cuts, exactly-once"]
                          for what in ("lost", "out of order", "twice")], [True, True, False])
        self.assertTrue(found["lost in the cuts, at-least-once"])

    def test_what_was_not_measured_is_missed(self):
        rows = report.rows_of([], STEPS)
        self.assertEqual(len(list(report.missed(rows))), sum(row.has_limit for row in rows))


class Losses(unittest.TestCase):
    SENT = {"sent": 100, "echoes": NOTHING}

    def test_a_plain_link_may_send_twice(self):
        found = of_plain_run(self.SENT, {"distinct": 99, "twice": 4, "out_of_order": 2}, 20)
        self.assertEqual((found["lost"], found["arrived_twice"], found["out_of_order"]), (1, 4, 2))
        self.assertNotIn("twice", found)

    def test_a_session_may_not(self):
        found = of_session_run(self.SENT, {"messages": 101}, 20)
        self.assertEqual((found["lost"], found["twice"]), (0, 1))


class Page(unittest.TestCase):
    def test_it_says_what_is_kept_what_failed_and_on_what(self):
        text = report.page({
            "when": "today", "steps": list(STEPS), "plan": asdict(PLANS["quick"]),
            "machine": {"cpu": "a cpu", "cores": 2, "pinned": True, "system": "s",
                        "load_before": [1.5, 0, 0]},
            "versions": {"resock": "1"}, "absent": {"picows": "it is not there"},
            "failures": [{"step": "loss", "case": "c", "contender": "x", "what": "1 lost"}],
            "runs": [speed(OURS, 3000), speed(WEBSOCKETS, 1001)]})
        for part in (f"| throughput, {OURS} to {WEBSOCKETS} (x) | 3.00 |", "**NO**",
                     "- loss, c, x: 1 lost", "- picows: it is not there", "load average before 1.5",
                     f"| {OURS} | 3,000 |", "not measured"):
            self.assertIn(part, text)


if __name__ == "__main__":
    unittest.main()
