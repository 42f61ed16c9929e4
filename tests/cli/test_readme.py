"""README.md and docs/ show the programs of examples/, and these run:
`test_readme.py CPP_EXAMPLE C_EXAMPLE SERVER_EXAMPLE`."""

import re
import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAMS = sys.argv[1:3]
SERVER = sys.argv[3]
PATIENCE_S = 60


def blocks(language, page="README.md"):
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


class Readme(unittest.TestCase):
    def test_the_program_is_that_of_the_example(self):
        self.assertEqual(blocks("cpp"), [(ROOT / "examples/first.cpp").read_text(encoding="utf-8")])

    def test_the_calls_are_those_of_the_example(self):
        text = (ROOT / "examples/first.c").read_text(encoding="utf-8")
        text = text.replace('"url", url', '"url", "wss://example.org/chat"')
        calls = blocks("c")[0].replace(";\n", "\n").splitlines()
        self.assertEqual(len(calls), 5)
        for call in calls:
            self.assertIn(call, text)

    def test_the_examples_run(self):
        self.assertEqual(len(PROGRAMS), 2)
        for program in PROGRAMS:
            with self.subTest(program):
                done = subprocess.run([program, "echo:"], capture_output=True, text=True,
                                      timeout=PATIENCE_S, check=False)
                self.assertEqual((done.returncode, done.stdout), (0, "arrived: hello\n"), done)
                done = subprocess.run([program, "nonsense"], capture_output=True, text=True,
                                      timeout=PATIENCE_S, check=False)
                self.assertEqual((done.returncode, done.stdout), (1, ""), done)
                self.assertIn("nonsense", done.stderr)

    def test_the_server_is_that_of_the_example_and_serves(self):
        source = (ROOT / "examples/echo_server.cpp").read_text(encoding="utf-8")
        self.assertEqual(blocks("cpp", "docs/listener.md"), [source])
        with subprocess.Popen([SERVER, "ws://127.0.0.1:0"], stdout=subprocess.PIPE,
                              text=True) as server:
            try:
                url = server.stdout.readline().split()[-1]
                done = subprocess.run([PROGRAMS[0], url], capture_output=True, text=True,
                                      timeout=PATIENCE_S, check=False)
                self.assertEqual((done.returncode, done.stdout), (0, "arrived: hello\n"), done)
            finally:
                server.terminate()

    def test_links_lead_somewhere(self):
        for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
            text = page.read_text(encoding="utf-8")
            for link in re.findall(r"\]\(([^)#:]+)\)", text):
                self.assertTrue((page.parent / link).exists(), f"{page.name}: {link}")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
