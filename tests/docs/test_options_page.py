"""docs/options.md is what `resock options --markdown` prints now: `test_options_page.py PROGRAM`."""

import json
import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = sys.argv[1]


def printed(*arguments):
    done = subprocess.run([PROGRAM, "options", *arguments], capture_output=True, text=True,
                          timeout=60, check=True)
    return done.stdout


class OptionsPage(unittest.TestCase):
    def setUp(self):
        self.page = printed("--markdown")
        self.options = json.loads(printed("--json"))

    def test_the_committed_page_is_the_printed_one(self):
        committed = (ROOT / "docs/options.md").read_text(encoding="utf-8")
        self.assertEqual(committed, self.page, "run ./dev docs --update and commit docs/options.md")

    def test_every_option_has_its_row(self):
        rows = [line for line in self.page.splitlines() if line.startswith("| `")]
        for each in self.options:
            found = [row for row in rows if row.startswith(f"| `{each['name']}` | ")]
            self.assertEqual(len(found), 1, each["name"])
            cells = found[0].replace("\\|", "").split(" | ")
            self.assertEqual(len(cells), 6, found[0])
            self.assertTrue(cells[1].startswith(each["type"]), found[0])
            self.assertEqual(cells[2], f"`{each['default']}`" if each["default"] else "–")
            self.assertEqual(cells[3], ", ".join(each["scope"]))
            for flag in ["changeable", "repeatable", "secret"]:
                self.assertEqual(flag in cells[4], each[flag], found[0])

    def test_a_selection_is_a_page_too(self):
        page = printed("heartbeat", "--markdown")
        self.assertIn("\n## Staying up\n\n### heartbeat\n", page)
        self.assertNotIn("`reconnect.min`", page)

    def test_meanings_are_whole_sentences(self):
        for each in self.options:
            with self.subTest(each["name"]):
                meaning = each["meaning"]
                named = meaning.split()[0] in (each["allowed"] or [])
                self.assertTrue(meaning[0].isupper() or named, meaning)
                self.assertTrue(meaning.endswith("."), meaning)
                self.assertNotIn("  ", meaning)
                self.assertGreaterEqual(len(meaning.split()), 6, meaning)
                self.assertLessEqual(len(meaning), 200, meaning)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
