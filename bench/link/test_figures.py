"""From runs to figures: by round, and without the runs that failed."""

import unittest

import figures
from figures import differences, ratios, short, spread, values_of


def run(number, contender, value, failure=None):
    return {"step": "throughput", "case": "64 B, ws", "round": number, "contender": contender,
            "result": {"per_second": value}, "failure": failure}


class Values(unittest.TestCase):
    def test_a_run_that_failed_has_no_value(self):
        runs = [run(0, "a", 10), run(1, "a", 99, "1 lost"), run(2, "a", 30), run(2, "b", 7)]
        self.assertEqual(values_of(runs, "throughput", "64 B, ws", "a", "per_second"),
                         {0: 10, 2: 30})

    def test_a_run_without_a_result_has_no_value(self):
        broken = {**run(0, "a", 1, "did not start"), "result": None}
        self.assertEqual(values_of([broken], "throughput", "64 B, ws", "a", "per_second"), {})

    def test_a_ratio_is_taken_within_a_round(self):
        self.assertEqual(ratios({0: 10, 1: 30, 2: 50}, {0: 5, 2: 10, 3: 1}), [2, 5])

    def test_a_ratio_to_nothing_is_none(self):
        self.assertEqual(ratios({0: 10}, {0: 0}), [])

    def test_differences(self):
        self.assertEqual(differences({0: 10, 1: 30}, {1: 12}), [18])

    def test_order_of_contenders(self):
        names = ["ws (Node)", "Beast, tuned", "resock, another thread", "resock, driven",
                 "Beast, plain", "gorilla/websocket (Go)"]
        self.assertEqual(sorted(names, key=figures.rank),
                         ["resock, driven", "resock, another thread", "Beast, plain",
                          "Beast, tuned", "gorilla/websocket (Go)", "ws (Node)"])


class Texts(unittest.TestCase):
    def test_spread(self):
        self.assertEqual(spread([3, 1, 2]), "2 (1–3)")
        self.assertEqual(spread([2048, 1024], 1, 1 / 1024), "1.5 (1.0–2.0)")
        self.assertEqual(spread([5]), "5")
        self.assertEqual(spread([]), "–")

    def test_short(self):
        for value, text in ((0, "0"), (7.891, "7.89"), (10, "10"), (999, "999"), (1000, "1 k"),
                            (12_345, "12.3 k"), (4_500_000, "4.5 M"), (2e9, "2 G")):
            self.assertEqual(short(value), text)


if __name__ == "__main__":
    unittest.main()
