"""Are contenders measured in turn, and is a run that lost or doubled failed?"""

import contextlib
import io
import unittest
from dataclasses import replace

import paths  # noqa: F401: makes the others importable
from bench import Bench, fault_of, growth
from processes import Failed
from run import PLANS

GOOD = {"messages": 10, "seconds": 1.0, "lost": 0, "twice": 0, "out_of_order": 0, "wrong": 0,
        "per_second": 10.0}


class Named:
    is_ours = False

    def __init__(self, name):
        self.name = name


def quiet(action, *arguments):
    with contextlib.redirect_stdout(io.StringIO()):
        return action(*arguments)


def make_bench(**changes):
    return Bench(replace(PLANS["quick"], **changes), [], None, None, None, None)


class Faults(unittest.TestCase):
    def test_all_is_well(self):
        self.assertIsNone(fault_of(GOOD))

    def test_each_fault_fails_the_run(self):
        for name in ("lost", "twice", "out_of_order", "wrong"):
            self.assertIn(name.replace("_", " "), fault_of({**GOOD, name: 3}))

    def test_where_losing_is_the_figure(self):
        self.assertIsNone(fault_of({"lost": 3, "losing_is_the_figure": True}))
        self.assertIsNotNone(fault_of({"lost": 3, "losing_is_the_figure": False}))


class Turns(unittest.TestCase):
    def setUp(self):
        self.bench = make_bench()
        self.order = []

    def measure(self, name, result=GOOD):
        def act():
            self.order.append(name)
            if isinstance(result, Exception):
                raise result
            return result
        return act

    def test_each_round_begins_with_another(self):
        quiet(self.bench.in_turn, "throughput", "c",
              {Named(name): self.measure(name) for name in "abc"}, 3)
        self.assertEqual("".join(self.order), "abc" "bca" "cab")
        self.assertEqual(len(self.bench.runs), 9)
        self.assertEqual(self.bench.failures, [])

    def test_one_that_fails_is_named_and_the_others_go_on(self):
        quiet(self.bench.in_turn, "throughput", "c",
              {Named("a"): self.measure("a", Failed("no port")),
               Named("b"): self.measure("b", {**GOOD, "lost": 1}),
               Named("c"): self.measure("c")}, 4)
        self.assertEqual([self.order.count(name) for name in "abc"], [2, 2, 4])
        self.assertEqual({each["what"] for each in self.bench.failures},
                         {"no port", "1 lost: failed, not fast"})

    def test_one_failure_is_no_habit(self):
        results = iter([Failed("once"), GOOD, GOOD])
        quiet(self.bench.in_turn, "throughput", "c",
              {Named("a"): lambda: self.measure("a", next(results))()}, 3)
        self.assertEqual([bool(run["failure"]) for run in self.bench.runs], [True, False, False])


class Calibration(unittest.TestCase):
    def setUp(self):
        self.bench = make_bench(seconds=2.0)

    def calibrate(self, measure):
        return quiet(self.bench.calibrate, "throughput", "c", Named("a"), measure, 1000)

    def test_finds_what_takes_the_time(self):
        count = self.calibrate(lambda messages: {**GOOD, "seconds": messages / 50_000})
        self.assertAlmostEqual(count, 100_000, delta=1)

    def test_a_slow_one_has_as_many_as_are_in_flight(self):
        self.assertEqual(self.calibrate(lambda messages: {**GOOD, "seconds": 100.0}), 1000)

    def test_one_that_fails_is_left_out(self):
        self.assertIsNone(self.calibrate(lambda messages: {**GOOD, "lost": 1}))
        self.assertEqual(len(self.bench.failures), 1)

    def test_growth_is_bounded(self):
        self.assertEqual(growth(0, 1), 20)
        self.assertEqual(growth(10, 1), 2)
        self.assertAlmostEqual(growth(0.1, 3), 10)


if __name__ == "__main__":
    unittest.main()
