"""Which limits are kept, by runs that are made up."""

import unittest
from dataclasses import asdict

import paths  # noqa: F401: makes the others importable
from contenders import BEAST, BEAST_SYNC, BEAST_TUNED, DRIVEN, THREADED
from figures import queue_name
from limits import rows_of
from run import PLANS

PLAN = asdict(PLANS["all"])


def run(step, case, contender, number=0, failure=None, **result):
    return {"step": step, "case": case, "contender": contender, "round": number,
            "result": result, "failure": failure}


def kept(step, *runs):
    """{beginning of what: kept} of the rows of a step."""
    return {row.what: row.kept for row in rows_of(list(runs), PLAN, [step])}


class Limits(unittest.TestCase):
    def test_throughput(self):
        found = kept("throughput",
                     run("throughput", "64 B, ws", DRIVEN, per_second=1000),
                     run("throughput", "64 B, ws", THREADED, per_second=590),
                     run("throughput", "64 B, ws", BEAST, per_second=100),
                     run("throughput", "64 KiB, ws", DRIVEN, per_second=99),
                     run("throughput", "64 KiB, ws", BEAST_TUNED, per_second=100))
        self.assertTrue(found["throughput, 64 B, ws: driven to plain Beast"])
        self.assertFalse(found["throughput, 64 B, ws: another thread to plain Beast"])
        self.assertIs(found["throughput, 64 KiB, ws: driven to tuned Beast"], False)
        self.assertIsNone(found["throughput, 64 B, wss: driven to plain Beast"])

    def test_the_median_of_the_rounds_decides(self):
        rounds = [run("throughput", "64 B, ws", who, number, per_second=value)
                  for who, values in ((DRIVEN, (900, 1100, 1200)), (BEAST, (100, 100, 100)))
                  for number, value in enumerate(values)]
        self.assertTrue(kept("throughput", *rounds)["throughput, 64 B, ws: driven to plain Beast"])

    def test_ping_pong(self):
        found = kept("pingpong", run("pingpong", "one core", DRIVEN, p50_us=10, p99_us=14),
                     run("pingpong", "one core", BEAST, p50_us=10, p99_us=10),
                     run("pingpong", "one core", BEAST_SYNC, p50_us=9, p99_us=9),
                     run("pingpong", "one core", THREADED, p50_us=20, p99_us=0))
        # Blocking calls are shown, not judged.
        self.assertEqual(list(found.values()), [True, False, None, True])

    def test_recovery_is_compared_by_difference(self):
        found = kept("recover", run("recover", "cut to next message", DRIVEN, p50_us=1100),
                     run("recover", "cut to next message", THREADED, p50_us=1101),
                     run("recover", "cut to next message", BEAST, p50_us=100))
        self.assertEqual(list(found.values()), [True, False])

    def test_a_loss_is_seen_though_its_run_has_failed(self):
        found = kept("loss", run("loss", "0 ms each way", DRIVEN, failure="1 lost", lost=1,
                                 out_of_order=0))
        self.assertEqual(list(found.values())[:2], [False, True])

    def test_queue(self):
        short, long = (queue_name(DRIVEN, length) for length in (1000, PLAN["queued"]))
        found = kept("queue", run("queue", "CPU, whole path", short, cpu_us_each=1.0),
                     run("queue", "CPU, whole path", long, cpu_us_each=1.6),
                     run("queue", "instructions", short, instructions_each=100),
                     run("queue", "instructions", long, instructions_each=104))
        self.assertEqual(list(found.values()), [False, None, True])

    def test_instructions_only_where_they_were_counted(self):
        self.assertFalse([what for what in kept("queue") if what.startswith("instructions")])


if __name__ == "__main__":
    unittest.main()
