"""`resock demo`, small runs of it: `test_demo.py PROGRAM`."""

import json
import os
import pty
import re
import signal
import xml.etree.ElementTree as ElementTree

from case import Case, main, run, start

CUTS = 3
# Cuts that end long before the stream does, so that a busy machine cannot keep them from happening.
SMALL = ["demo", "--messages", 6000, "--rate", 3000, "--cuts", CUTS, "--cut-every", "150ms"]
ROWS = ["sent", "arrived (distinct)", "lost", "while down", "on the way", "arrived twice",
        "out of order", "connections", "cuts", "time down, median", "time down, worst",
        "whole run"]
SIDES = ["plain", "resock", "exactly-once"]
SVG = "{http://www.w3.org/2000/svg}"


def table_of(text):
    """{row: {side: value}} of the closing table."""
    lines = text.splitlines()
    first = next(i for i, line in enumerate(lines) if line.split() == SIDES)
    found = {}
    for line in lines[first + 1:first + 1 + len(ROWS)]:
        name, *values = re.split(r"\s{2,}", line.strip())
        found[name] = dict(zip(SIDES, values, strict=True))
    return found


def number(text):
    return int(text.replace(",", ""))


class Table(Case):
    def test_resock_loses_nothing_where_plain_does(self):
        code, out, err = run(*SMALL)
        text = out.decode()
        self.assertEqual((code, err), (0, ""), text)
        table = table_of(text)
        self.assertEqual(list(table), ROWS)
        counts = {side: {row: number(table[row][side]) for row in ROWS[:9]}
                  for side in SIDES}
        for side in counts.values():
            self.assertEqual((side["sent"], side["cuts"], side["connections"]),
                             (6000, CUTS, CUTS + 1))
            self.assertEqual(side["arrived (distinct)"] + side["lost"], side["sent"])
            self.assertEqual(side["while down"] + side["on the way"], side["lost"])
            self.assertEqual(side["out of order"], 0)
        self.assertEqual(counts["resock"]["lost"], 0)
        self.assertEqual(counts["exactly-once"]["lost"], 0)
        self.assertEqual(counts["exactly-once"]["arrived twice"], 0)
        self.assertGreater(counts["plain"]["lost"], 0)
        self.assertEqual(counts["plain"]["arrived twice"], 0)
        for row in ROWS[9:11]:
            for side in SIDES:
                self.assertRegex(table[row][side], r"^[\d,]+ ms$")
        self.assertTrue(text.startswith("6,000 messages at 3,000/s, 3 cuts by RST, 10 ms one way, "
                                        "seed 1\n"), text)
        self.assertNotIn("\x1b", text)  # that is for terminals

    def test_quiet_is_the_table_alone(self):
        code, out, err = run(*SMALL, "--quiet")
        self.assertEqual((code, err), (0, ""))
        self.assertEqual(out.decode().split()[:3], SIDES)


class Live(Case):
    def test_a_terminal_gets_one_line_that_changes(self):
        leader, follower = pty.openpty()
        with start(*SMALL, stdout=follower) as process:
            os.close(follower)
            shown = b""
            while True:
                try:
                    shown += os.read(leader, 65536)
                except OSError:  # how the end of a terminal reads
                    break
            self.assertEqual(process.status(), 0)
        os.close(leader)
        changing = [line for line in shown.decode().split("\r\n") if "\x1b[K" in line]
        self.assertEqual(len(changing), 1, shown)
        self.assertGreater(changing[0].count("\r"), 10)
        self.assertIn("plain", shown.decode().split(changing[0])[1])


class Json(Case):
    def test_figures_and_a_plan_that_the_seed_repeats(self):
        plans = []
        for seed in [5, 5, 6]:
            code, out, err = run(*SMALL, "--json", "--seed", seed)
            self.assertEqual((code, err), (0, ""), out)
            self.expect_one_line(out.decode())
            told = json.loads(out)
            self.assertEqual((told["seed"], told["messages"], told["passed"], told["complaint"]),
                             (seed, 6000, True, None))
            self.assertEqual(list(told["sides"]), SIDES)
            plain, resock, once = (told["sides"][side] for side in SIDES)
            for ours in [resock, once]:
                self.assertEqual((ours["arrived"], ours["lost"], ours["out_of_order"]),
                                 (6000, 0, 0))
            self.assertEqual(once["arrived_twice"], 0)
            self.assertGreaterEqual(plain["lost"], plain["lost_while_down"])
            for side in [plain, resock, once]:
                self.assertEqual((side["cuts"], len(side["cuts_at_ms"])), (CUTS, CUTS))
                self.assertLessEqual(side["down_median_ms"], side["down_worst_ms"])
            plans.append(told["cut_plan_ms"])
        self.assertEqual(plans[0], plans[1])
        self.assertNotEqual(plans[0], plans[2])
        for age in plans[0]:
            self.assertTrue(112 <= age <= 188, plans)


class Picture(Case):
    def test_is_well_formed_and_marks_the_cuts(self):
        file = self.folder / "out.svg"
        file.write_text("what was there before " * 10_000, encoding="utf-8")
        code, out, err = run(*SMALL, "--svg", file)
        self.assertEqual((code, err), (0, ""))
        self.assertLess(file.stat().st_size, 200_000)
        root = ElementTree.parse(file).getroot()
        self.assertEqual(root.tag, SVG + "svg")
        self.assertEqual({element.tag for element in root.iter()} & {SVG + "script", SVG + "image"},
                         set())
        self.assertNotIn("http", file.read_text(encoding="utf-8").replace(SVG[1:-1], ""))
        strokes = {}
        for path in root.iter(SVG + "path"):
            strokes.setdefault(path.get("class"), []).append(path.get("d"))
        # In the chart and above the strip of plain, and above the strips of resock.
        self.assertEqual([len(re.findall("M", each)) for each in strokes["cut plain"]],
                         [CUTS, CUTS])
        for look in ["cut resock", "cut exact"]:
            self.assertEqual([len(re.findall("M", each)) for each in strokes[look]], [CUTS])
        # Gaps where plain has lost messages, none in what resock brought.
        self.assertGreater(strokes["once plain"][0].count("M"), CUTS)
        words = [element.text for element in root.iter(SVG + "text")]
        lost = table_of(out.decode())["lost"]
        for expected in [lost["plain"] + " lost", "0 lost", "the line is cut (RST)", "0 s"]:
            self.assertIn(expected, words)

    def test_a_file_that_cannot_be_written_is_told_before_the_run(self):
        for file, why in [(self.folder / "no" / "out.svg", "No such file or directory"),
                          (self.folder, "Is a directory")]:
            code, out, err = run(*SMALL, "--svg", file)
            self.assertEqual((code, out), (2, b""))
            self.expect_one_line(err, str(file), why)


class Ending(Case):
    def test_time_limit(self):
        # The last confirmation takes two delays, which the limit does not leave.
        code, out, err = run("demo", "--messages", 1000, "--rate", 1000, "--cuts", 1,
                             "--cut-every", "500ms", "--delay", "50ms", "--time-limit", "1001ms",
                             "--json")
        self.assertEqual(code, 1)
        self.expect_one_line(err, "resock: it did not end within 1001ms", "--time-limit")
        self.assertFalse(json.loads(out)["passed"])

    def test_ctrl_c_shows_the_figures_so_far(self):
        with start("demo", "--messages", 10_000_000, "--rate", 1000, "--cuts", 1) as process:
            process.line_with("arrived", "stdout")
            process.line("stdout")
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.status(), 128 + signal.SIGINT)
            self.assertIn("lost", "\n".join(process.rest("stdout")))
            self.assertIn("stopped by signal 2", process.line("stderr"))


class Usage(Case):
    def test_wrong_arguments(self):
        for arguments, parts in [
                (["--messages", "0"], ["--messages", "between 1 and 10000000"]),
                (["--rate", "50001"], ["--rate", "between 1 and 50000, not 50001"]),
                (["--cuts", "1001"], ["--cuts", "between 1 and 1000"]),
                (["--delay", "2s"], ["--delay", "between 0ms and 1s"]),
                (["--delay", "2"], ["--delay", "expected a duration", "'2'"]),
                (["--cut-every", "20ms"], ["--cut-every", "at least 100ms"]),
                (["--cut-every", "5s"], ["the last of 10 cuts", "--messages"]),
                (["--messages", "100"], ["the last of 10 cuts", "--messages"]),
                (["--time-limit", "3s"], ["--time-limit", "above the 10.0 s"]),
                (["--messages", "10000000", "--rate", "1"], ["at most 10h"]),
                (["--seed", "-1"], ["--seed", "expected a number"]),
                (["--mesages", "5"], ["did you mean '--messages'?"])]:
            with self.subTest(arguments):
                code, out, err = run("demo", *arguments)
                self.assertEqual((code, out), (2, b""))
                self.expect_one_line(err, "resock: ", "`resock demo --help`", *parts)


if __name__ == "__main__":
    main()
