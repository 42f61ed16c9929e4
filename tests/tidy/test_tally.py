"""The totals of `./dev test` count what failed, in whatever way it failed."""

import contextlib
import io
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tools" / "dev"))
import tally  # noqa: E402

PASSED_CATCH = "All tests passed (1,234 assertions in 12 test cases)"
FAILED_CATCH = "test cases:  9 |  7 passed | 2 failed\nassertions: 50 | 48 passed | 2 failed"
SKIPPED_CATCH = "test cases: 3 | 2 passed | 1 skipped\nassertions: 5 | 5 passed"
PASSED_PYTEST = "===== 12 passed, 1 skipped in 61.30s (0:01:01) ====="
FAILED_PYTEST = "=== 2 failed, 7 passed, 1 error in 0.31s ==="

# a <testcase> of ctest: status, what stands in it, and the last line of the totals
CASES = [
    ("run", "", "1 passed, 0 failed"),
    ("run", f"<system-out>{PASSED_CATCH}</system-out>", "12 passed, 0 failed"),
    ("run", f"<system-out>{SKIPPED_CATCH}</system-out>", "2 passed, 0 failed, 1 skipped"),
    ("run", f"<system-out>{PASSED_PYTEST}</system-out>", "12 passed, 0 failed, 1 skipped"),
    ("fail", f"<failure/><system-out>{FAILED_PYTEST}</system-out>", "7 passed, 3 failed"),
    ("fail", f"<failure/><system-out>{FAILED_CATCH}</system-out>", "7 passed, 2 failed"),
    ("fail", "<failure/><system-out>Segmentation fault</system-out>", "0 passed, 1 failed"),
    # A sanitizer's report at the end of a program whose test cases all passed.
    ("fail", f"<failure/><system-out>{PASSED_CATCH}</system-out>", "12 passed, 1 failed"),
    ("notrun", '<skipped message="Unable to find executable"/>', "0 passed, 1 failed"),
    ("notrun", '<skipped message="SKIP_RETURN_CODE=77"/>', "0 passed, 1 failed, 1 skipped"),
]


class Totals(unittest.TestCase):
    def tally(self, text):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "test-dev.xml")
            file.write_text(text, encoding="utf-8")
            output = io.StringIO()
            with contextlib.redirect_stdout(output):
                status = tally.main([str(file)])
        return status, output.getvalue().splitlines()[-1]

    def test_each_outcome(self):
        for status, inside, expected in CASES:
            with self.subTest(status=status, inside=inside):
                got = self.tally(f'<testsuite><testcase name="t" status="{status}">{inside}'
                                 "</testcase></testsuite>")
                self.assertEqual(got, (0 if " 0 failed" in expected else 1, expected))

    def test_a_broken_or_empty_file_is_a_failure(self):
        for text in ["<testsuite>", "<testsuite></testsuite>"]:
            self.assertEqual(self.tally(text), (1, "0 passed, 1 failed"))


if __name__ == "__main__":
    unittest.main()
