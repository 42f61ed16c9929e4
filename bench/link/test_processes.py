"""Programs that hang, end early, print nonsense or are not there: each is one sentence."""

import sys
import tempfile
import unittest

import paths  # noqa: F401: makes the others importable
from contenders import Contender
from processes import EchoServer, Failed, Program, result_of


class Programs(unittest.TestCase):
    def setUp(self):
        self.log = tempfile.NamedTemporaryFile("w", encoding="utf-8")
        self.addCleanup(self.log.close)

    def run_python(self, code, **options):
        return result_of([sys.executable, "-c", code], self.log, None, **options)

    def test_its_only_line(self):
        self.assertEqual(self.run_python("print('{\"lost\": 0}')"), {"lost": 0})

    def test_one_that_fails_says_why(self):
        with self.assertRaisesRegex(Failed, "ended with 1 and no result: no such port"):
            self.run_python("import sys; sys.exit('no such port')")

    def test_one_that_fails_after_its_result(self):
        with self.assertRaisesRegex(Failed, "ended with 3"):
            self.run_python("print('{}', flush=True); raise SystemExit(3)")

    def test_one_that_prints_no_json(self):
        with self.assertRaisesRegex(Failed, "no JSON but: hello"):
            self.run_python("print('hello')")

    def test_one_that_hangs_is_ended(self):
        with self.assertRaisesRegex(Failed, "was ended after 0.3 s"):
            self.run_python("import sys; sys.stdin.read()", timeout_s=0.3)

    def test_one_that_is_not_there(self):
        with self.assertRaisesRegex(Failed, "does not start"):
            Program(["/nonexistent/program"], self.log)

    def test_a_server_that_is_not_built(self):
        with self.assertRaisesRegex(Failed, "builds it"):
            EchoServer("/nonexistent/bench_echo_server", self.log)

    def test_memory_of_one_that_waits(self):
        code = "print('{}', flush=True); import sys; sys.stdin.read()"
        with Program([sys.executable, "-c", code], self.log) as program:
            program.result()
            self.assertGreater(program.pss_bytes(), 100_000)


class Absent(unittest.TestCase):
    def test_a_program(self):
        self.assertIn("nothing-like-it", Contender("c", ("nothing-like-it",)).absent())

    def test_a_file_that_it_runs(self):
        self.assertIn("/nonexistent", Contender("c", (sys.executable, "/nonexistent/a.py")).absent())
        self.assertIn("/nonexistent", Contender(
            "c", (sys.executable,), env={"PYTHONPATH": "/nonexistent"}).absent())

    def test_all_there(self):
        self.assertEqual(Contender("c", (sys.executable, __file__)).absent(), "")


if __name__ == "__main__":
    unittest.main()
