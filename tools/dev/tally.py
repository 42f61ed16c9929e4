"""Adds up what ctest ran: `tally.py FILE...` reads its JUnit files and prints the totals.

A Catch2 program counts as many tests as it has test cases, a run of pytest as many as it says at
its end, any other test counts one. The last line is `N passed, N failed`, with `, N skipped` if there are any. The exit status is 1 if a test
failed or none ran.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path

ALL_PASSED = re.compile(r"^All tests passed \(.* in (\d+) test cases?\)", re.MULTILINE)
SOME_FAILED = re.compile(r"^test cases:\s*\d+ \|(.*)$", re.MULTILINE)
PYTEST = re.compile(r"^=+ (.*) in [\d.]+s(?: \([\d:]+\))? =+$", re.MULTILINE)
PYTEST_KINDS = {"error": "failed", "errors": "failed", "xfailed": "skipped"}
PYTEST_COUNT = re.compile(r"(\d+) (passed|failed|skipped|errors?|xfailed)\b")
COUNT = re.compile(r"(\d+) (passed|failed|skipped)")


def catch_counts(output):
    """The counts that Catch2 prints at its end; empty if `output` holds none."""
    counts = Counter()
    for match in ALL_PASSED.finditer(output):
        counts["passed"] += int(match.group(1))
    for match in SOME_FAILED.finditer(output):
        for number, kind in COUNT.findall(match.group(1)):
            counts[kind] += int(number)
    return counts


def pytest_counts(output):
    """The counts that pytest prints at its end; empty if `output` holds none."""
    counts = Counter()
    for match in PYTEST.finditer(output):
        for number, kind in PYTEST_COUNT.findall(match.group(1)):
            counts[PYTEST_KINDS.get(kind, kind)] += int(number)
    return counts


def was_skipped(case):
    """True for a test that chose to be skipped; a missing program is a failure."""
    note = case.find("skipped")
    reason = "" if note is None else note.get("message", "")
    return case.get("status") == "disabled" or reason.startswith(("SKIP_", "Disabled"))


def case_counts(case):
    """How many tests one <testcase> of ctest stands for, by outcome."""
    output = case.findtext("system-out") or ""
    if was_skipped(case):
        return Counter(skipped=1)
    counts = catch_counts(output) + pytest_counts(output)
    if case.get("status") == "run":
        return counts or Counter(passed=1)
    # A program that crashed or was stopped may have printed no failure of its own.
    counts["failed"] = max(counts["failed"], 1)
    return counts


def file_counts(path):
    """The totals of one JUnit file; a missing or broken file is one failure."""
    try:
        cases = ElementTree.parse(path).getroot().iter("testcase")
        return sum((case_counts(case) for case in cases), Counter())
    except (OSError, ElementTree.ParseError) as error:
        print(f"{path}: {error}")
        return Counter(failed=1)


def line_of(counts):
    line = f"{counts['passed']} passed, {counts['failed']} failed"
    return line + (f", {counts['skipped']} skipped" if counts["skipped"] else "")


def main(paths):
    total = Counter()
    for path in paths:
        counts = file_counts(path)
        total += counts
        print(f"{Path(path).stem.replace('test-', ''):8} {line_of(counts)}")
    if not total["passed"] + total["failed"]:
        print("no test ran")
        total["failed"] += 1
    print(line_of(total))
    return 1 if total["failed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
