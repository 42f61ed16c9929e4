"""README.md and docs/ show programs as they stand in their files, and their links lead somewhere."""

import tempfile
import unittest
from pathlib import Path

import pages
from pages import ROOT

# A program that CMake does not name would be shown and never compiled.
BUILT = (ROOT / "examples/CMakeLists.txt").read_text("utf-8")


class Pages(unittest.TestCase):
    def test_every_block_is_what_stands_in_its_file(self):
        for page in pages.all_pages():
            with self.subTest(page.relative_to(ROOT)):
                self.assertEqual(pages.complaints_about_code(page.read_text("utf-8")), [])

    def test_so_is_every_language_of_its_page(self):
        text = (ROOT / "docs/languages.md").read_text("utf-8")
        shown = {block.group(1) for block in pages.EVERY_CODE.finditer(text)}
        self.assertEqual(shown, {"c", "go", "rust", "js", "python", "ruby", "lua"})
        self.assertEqual(pages.complaints_about_code(text, code=pages.EVERY_CODE), [])

    def test_every_example_is_built_and_shown_whole(self):
        examples = {path.name for path in pages.programs()}
        self.assertGreaterEqual(len(examples), 20)
        self.assertEqual(pages.programs_shown(pages.all_pages()), examples)
        compiled = {name for name in examples if not name.endswith(".py")}
        self.assertEqual({name for name in compiled if name not in BUILT.split()
                          and f"{name})" not in BUILT.split()}, set())

    def test_links_lead_somewhere(self):
        for page in pages.all_pages():
            with self.subTest(page.relative_to(ROOT)):
                self.assertEqual(pages.dead_links(page), [])

    def test_every_page_is_in_the_index(self):
        """docs/README.md, or the README.md of the page's own folder."""
        for page in sorted((ROOT / "docs").rglob("*.md")):
            index = page.parent / "README.md"
            if page == index:
                index = page.parents[1] / "README.md"
            if index.exists() and page != ROOT / "docs/README.md":
                with self.subTest(page.relative_to(ROOT)):
                    name = page.relative_to(index.parent)
                    self.assertIn(f"]({name})", index.read_text("utf-8"))


class Checks(unittest.TestCase):
    """The checks above find what they are for."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        (self.root / "examples").mkdir()
        (self.root / "docs").mkdir()
        (self.root / "examples/a.c").write_text("int main(void) {\n    if (f(1)) g();\n    h();\n}\n")

    def complaints(self, block, before="`examples/a.c`:"):
        return pages.complaints_about_code(f"{before}\n\n```c\n{block}```\n", self.root)

    def test_code(self):
        whole = (self.root / "examples/a.c").read_text()
        self.assertEqual(self.complaints(whole), [])
        self.assertEqual(self.complaints("f(1);\nh();\n"), [])
        for block in [whole + "\n", "h();\nf(1);\n", "f(2);\n", "int main(void) {\n"]:
            self.assertEqual(len(self.complaints(block)), 1, block)
        self.assertEqual(len(self.complaints("h();\n", before="no source")), 1)
        self.assertEqual(len(self.complaints("h();\n", before="`examples/b.c`")), 1)

    def test_code_of_other_languages(self):
        (self.root / "examples/a.go").write_text("func main() {\n\tf(1)\n}\n")
        for body, wrong in [("f(1)\n", 0), ("f(2)\n", 1)]:
            found = pages.complaints_about_code(f"`examples/a.go`:\n```go\n{body}```\n```sh\nx\n```\n",
                                                self.root, pages.EVERY_CODE)
            self.assertEqual(len(found), wrong, found)

    def test_python(self):
        folder = self.root / "examples/python"
        folder.mkdir()
        (folder / "a.py").write_text('"""Does it."""\n\nf(1)\n    h()\n')

        def complaints(block):
            text = f"`examples/python/a.py`:\n\n```python\n{block}```\n"
            return pages.complaints_about_code(text, self.root)

        self.assertEqual(complaints('"""Does it."""\n\nf(1)\n    h()\n'), [])
        self.assertEqual(complaints("f(1)\nh()\n"), [])
        for block in ['"""Does it."""\nf(1)\n', "h()\nf(1)\n", "f(2)\n"]:
            self.assertEqual(len(complaints(block)), 1, block)

    def test_links(self):
        page = self.root / "docs/page.md"
        page.write_text("# What it *is*, 1\n[a](page.md#what-it-is-1) [b](../examples/a.c) [c](x:y)"
                        " [d](gone.md) [e](#gone)\n```sh\n[f](not-a-link)\n# no heading\n```\n")
        self.assertEqual(pages.dead_links(page), ["gone.md", "#gone"])


if __name__ == "__main__":
    unittest.main()
