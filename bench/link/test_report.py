"""The files: Markdown that says what failed, charts that are well-formed."""

import tempfile
import unittest
import xml.etree.ElementTree
from dataclasses import asdict
from pathlib import Path

import chart
import paths  # noqa: F401: makes the others importable
import report
from contenders import BEAST, DRIVEN
from run import PLANS


def make_report():
    def run(contender, number, value, failure=None):
        return {"step": "throughput", "case": "64 B, ws", "contender": contender, "round": number,
                "result": {"per_second": value, "cpu_us_each": 1.0}, "failure": failure}

    return {
        "mode": "--quick", "when": "today", "steps": ["throughput"], "plan": asdict(PLANS["quick"]),
        "machine": {"cpu": "a & b", "cores": 2, "system": "s", "memory_gib": 1, "kernel": "k",
                    "compiler": "c", "pinned": True, "load_before": [0, 0, 0]},
        "versions": {"resock": "1"}, "absent": {"ws (Node)": "node is not there"},
        "failures": [{"step": "throughput", "case": "64 B, ws", "contender": BEAST,
                      "what": "1 lost", "is_ours": False}],
        "runs": [run(DRIVEN, 0, 1000), run(BEAST, 0, 100), run(DRIVEN, 1, 3000),
                 run(BEAST, 1, 100, "1 lost")],
    }


class Report(unittest.TestCase):
    def test_markdown_names_what_failed_and_what_is_missing(self):
        text = report.markdown(make_report())
        self.assertIn("- throughput, 64 B, ws, Beast, plain: 1 lost", text)
        self.assertIn("- ws (Node): node is not there", text)
        self.assertIn("1 of 2, others **FAILED**", text)
        self.assertIn("| resock, driven | 2,000 (1,000–3,000) | 10.00 |", text)

    def test_files(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            (folder / "old.svg").write_text("", encoding="utf-8")
            report.write(make_report(), folder)
            self.assertEqual(sorted(path.name for path in folder.iterdir()),
                             ["results.json", "results.md", "throughput-ws.svg"])
            xml.etree.ElementTree.parse(folder / "throughput-ws.svg")


class Scale(unittest.TestCase):
    def scale(self, *values):
        return chart.Scale([chart.Bar("b", value, value, value) for value in values])

    def test_linear_begins_at_nothing(self):
        scale = self.scale(40, 95)
        self.assertEqual(scale.ticks, [0, 20, 40, 60, 80, 100])
        self.assertEqual((scale.part(0), scale.part(50), scale.part(100)), (0, 0.5, 1))

    def test_a_wide_range_is_logarithmic(self):
        scale = self.scale(30, 3000)
        self.assertEqual(scale.ticks, [10, 100, 1000, 10_000])
        self.assertAlmostEqual(scale.part(100), 1 / 3)

    def test_the_shortest_bar_is_seen(self):
        self.assertGreater(self.scale(10, 1000).part(10), 0.2)

    def test_nothing_at_all(self):
        self.assertEqual(self.scale(0, 0).part(0), 0)

    def test_a_label_is_escaped(self):
        drawn = chart.draw("t", [chart.Panel("p", "a", [chart.Bar("<&>", 1, 2, 3)])])
        xml.etree.ElementTree.fromstring(drawn)


if __name__ == "__main__":
    unittest.main()
