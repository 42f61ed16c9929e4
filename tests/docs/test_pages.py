"""The pages that people read: `test_pages.py`. Every relative link and anchor leads somewhere, every
picture can be shown, and what the checker must catch it does catch."""

import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as xml
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "docs/doxygen"))
import pages  # noqa: E402


def markdown_files(root):
    """All pages of the repository, without what is built or fetched."""
    skipped = {"build", "node_modules", ".git"}
    return [path for path in sorted(root.rglob("*.md"))
            if not skipped & set(path.relative_to(root).parts)]


def broken_links(page, root):
    """Complaints, one for each link of `page` that leads nowhere."""
    complaints = []
    text = page.read_text(encoding="utf-8")
    for number, target in pages.links(text):
        if "://" in target or target.startswith("mailto:"):
            continue
        name, _, anchor = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        where = f"{page.relative_to(root)}:{number}: {target}"
        if root not in [path, *path.parents]:
            complaints.append(f"{where}: leaves the repository")
        elif not path.exists():
            complaints.append(f"{where}: there is no such file")
        elif anchor and anchor not in pages.anchors(path.read_text(encoding="utf-8")):
            complaints.append(f"{where}: there is no such heading")
    return complaints


class Pages(unittest.TestCase):
    def test_links_lead_somewhere(self):
        files = markdown_files(ROOT)
        self.assertIn(ROOT / "README.md", files)
        self.assertGreater(len(files), 10)
        complaints = [each for page in files for each in broken_links(page, ROOT)]
        self.assertEqual(complaints, [])

    def test_the_checker_catches_what_is_broken(self):
        cases = [
            ("[a](b.md)", "no such file"),
            ("[a](#nothing)", "no such heading"),
            ("[a](page.md#nothing)", "no such heading"),
            ("![a](a.svg)", "no such file"),
            ("[a](../../etc)", "leaves the repository"),
            ("[`a` b](c/)", "no such file"),
            ("| [a](b.md) | c |", "no such file"),
            ("# A b: c\n[a](#a-b-c) `[a](b.md)`\n```\n[a](b.md)\n```\n[a](page.md)", None),
            ("## A\n## A\n[a](#a) [a](#a-1) [a](https://example.org/x)", None),
        ]
        for text, expected in cases:
            with self.subTest(text), tempfile.TemporaryDirectory() as folder:
                root = Path(folder).resolve()
                page = root / "page.md"
                page.write_text(text, encoding="utf-8")
                found = broken_links(page, root)
                self.assertEqual(len(found), 0 if expected is None else 1, found)
                if expected:
                    self.assertIn(expected, found[0])

    def test_pictures_are_well_formed_and_need_nothing_from_elsewhere(self):
        pictures = sorted((ROOT / "docs").rglob("*.svg"))
        self.assertTrue(pictures)
        for picture in pictures:
            with self.subTest(picture.name):
                text = picture.read_text(encoding="utf-8")
                self.assertTrue(xml.fromstring(text).tag.endswith("svg"))
                self.assertNotIn("<script", text)
                self.assertNotIn("href=\"http", text)
                self.assertLess(len(text), 200_000)

    def test_pictures_are_what_their_script_draws(self):
        folder = ROOT / "docs/pictures"
        with tempfile.TemporaryDirectory() as made:
            subprocess.run([sys.executable, folder / "draw.py", made], check=True)
            drawn = sorted(path.name for path in Path(made).glob("*.svg"))
            self.assertEqual(drawn, sorted(path.name for path in folder.glob("*.svg")))
            for name in drawn:
                self.assertEqual(Path(made, name).read_text(encoding="utf-8"),
                                 (folder / name).read_text(encoding="utf-8"),
                                 f"{name}: run ./dev docs --update and commit it")


if __name__ == "__main__":
    unittest.main()
