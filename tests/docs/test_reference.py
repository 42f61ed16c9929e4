"""The reference of the headers: `test_reference.py`. Doxygen has nothing to warn of, and each function
of resock.h says what a reader must know."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as xml
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SKIPPED = 77
PATIENCE_S = 110
ODD_PAGE = r"""# A guide: @things & <others>
Text with user@example.org, #5, C:\path\n, %percent, $(cmd) ${var}, `code with @x and \y`, a<tag>c.

## A feed with `code`
1. first [up](../../README.md), [me](#a-feed-with-code), [file](../doxygen/page.css)
   ```cpp
   // comment with @x \n
   ```

| `x \| y` | a \| b |
|---|---|
| `--flag=<VALUE>` | **bold** |

> quote with @param
"""


def run_doxygen(folder, root=ROOT):
    environment = {**os.environ, "RESOCK_DOCS_OUTPUT": str(folder), "RESOCK_DOCS_VERSION": "test"}
    return subprocess.run(["doxygen", "docs/doxygen/Doxyfile"], cwd=root, env=environment,
                          capture_output=True, text=True, timeout=PATIENCE_S, check=False)


def small_tree(folder):
    """The headers and hardly a page."""
    tree = folder / "tree"
    for part in ["docs/doxygen", "capi/include"]:
        shutil.copytree(ROOT / part, tree / part)
    for page in ["README.md", "CHANGELOG.md", "CONTRIBUTING.md"]:
        (tree / page).write_text("# Page\n", encoding="utf-8")
    return tree


def text_of(element):
    return "" if element is None else " ".join("".join(element.itertext()).split())


def members(folder, kind):
    """The members of the groups of resock.h, by name."""
    made = {}
    for file in sorted((folder / "xml").glob("group__c__*.xml")):
        for member in xml.parse(file).iter("memberdef"):
            if member.get("kind") == kind:
                made[member.findtext("name")] = member
    return made


def undescribed_values(folder):
    """Of enumerations; Doxygen below 1.9.7 has no warning for them."""
    parts = ["briefdescription", "detaileddescription"]
    return [value.findtext("name")
            for enum in members(folder, "enum").values() for value in enum.findall("enumvalue")
            if not any(text_of(value.find(part)) for part in parts)]


class Reference(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.done = run_doxygen(cls.folder)

    def test_doxygen_has_nothing_to_warn_of(self):
        self.assertEqual(self.done.returncode, 0, self.done.stderr)
        self.assertNotRegex(self.done.stderr, "(?i)(warning|error):")

    def test_every_function_of_the_header_is_there(self):
        header = (ROOT / "capi/include/resock/resock.h").read_text(encoding="utf-8")
        declared = set(re.findall(r"^RESOCK_API [^(]*?\b(resock_\w+)\(", header, re.MULTILINE))
        self.assertGreater(len(declared), 90)
        self.assertEqual(set(members(self.folder, "function")), declared)

    def test_every_function_says_what_a_reader_must_know(self):
        for name, function in members(self.folder, "function").items():
            with self.subTest(name):
                self.assertRegex(text_of(function.find("briefdescription")), r"\w.*\.$")
                listed = {each.text for each in function.iter("parametername")}
                taken = {each.text for each in function.findall("param/declname")}
                self.assertEqual(listed, taken)
                for item in function.iter("parameterdescription"):
                    self.assertTrue(text_of(item))
                sections = {each.get("kind"): text_of(each)
                            for each in function.iter("simplesect")}
                self.assertRegex(sections.get("since", ""), r"^\d+\.\d+$")
                returned = text_of(function.find("type"))
                if returned == "int32_t" and not name.startswith("resock_event_"):
                    self.assertRegex(sections["return"], r"RESOCK_|as resock_", name)
                elif returned != "void":
                    self.assertTrue(sections.get("return"), name)
                for value in re.findall(r"\b(timeout_ms|ttl_ms)\b", " ".join(taken)):
                    item = next(each for each in function.iter("parameteritem")
                                if value in text_of(each.find("parameternamelist")))
                    self.assertIn("milliseconds", text_of(item))

    def test_every_value_is_described(self):
        self.assertEqual(undescribed_values(self.folder), [])

    def test_links_between_pages_are_resolved(self):
        html = self.folder / "html"
        page = (html / "page_docs_cli.html").read_text(encoding="utf-8")
        self.assertIn('href="page_docs_delivery.html"', page)
        self.assertIn('href="page_docs_listener.html"', page)
        self.assertNotIn(".md\"", page)
        start = (html / "index.html").read_text(encoding="utf-8")
        self.assertIn("page_docs_delivery.html", start)

    def test_pages_may_hold_what_people_write(self):
        with tempfile.TemporaryDirectory() as folder:
            tree = small_tree(Path(folder))
            (tree / "docs/guide").mkdir()
            (tree / "docs/guide/feed.md").write_text(ODD_PAGE, encoding="utf-8")
            out = Path(folder) / "out"
            done = run_doxygen(out, tree)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            page = (out / "html/page_docs_guide_feed.html").read_text(encoding="utf-8")
            for part in ["user@example.org", r"C:\path\n", "$(cmd)", "x | y</code>",
                         "index.html", "page_docs_guide_feed__a_feed_with_code"]:
                self.assertIn(part, page)

    def test_what_is_missing_is_complained_of(self):
        breaks = [
            ("/** Ends the hub", "/* Ends the hub"),
            (" * @param scope RESOCK_SCOPE_HUB", " * RESOCK_SCOPE_HUB"),
            (" /**< memory, handles or threads are used up */", ""),
        ]
        header = "capi/include/resock/resock.h"
        for before, after in breaks:
            with self.subTest(before), tempfile.TemporaryDirectory() as folder:
                tree = small_tree(Path(folder))
                text = (tree / header).read_text(encoding="utf-8")
                text = text.replace("/**\n * Ends the hub", "/** Ends the hub")
                self.assertEqual(text.count(before), 1)
                (tree / header).write_text(text.replace(before, after), encoding="utf-8")
                out = Path(folder) / "out"
                done = run_doxygen(out, tree)
                complained = done.returncode != 0 and "resock.h" in done.stderr
                self.assertTrue(complained or undescribed_values(out), done.stderr)


if __name__ == "__main__":
    if not shutil.which("doxygen"):
        print("skipped: there is no doxygen")
        sys.exit(SKIPPED)
    unittest.main()
