"""What stands in the installed tree."""

import os
import re
import subprocess
import unittest

import tree
from tree import PREFIX, ROOT

VERSION = (ROOT / "VERSION").read_text(encoding="utf-8").strip()
MAJOR = VERSION.split(".")[0]
LIBDIR = tree.prefix_folder("libresock.a")


def dlopen_examples():
    """Their sources, without what their own tools have put beside them."""
    made = {"node_modules", "target", "__pycache__"}
    return [path for path in (ROOT / "examples/dlopen").rglob("*")
            if path.is_file() and not made & set(path.parts)]


class Tree(unittest.TestCase):
    def test_the_files(self):
        libdir = LIBDIR.relative_to(PREFIX)
        expected = {f"include/resock/{header.name}"
                    for header in (ROOT / "capi/include/resock").iterdir()}
        expected |= {f"{libdir}/libresock.{end}" for end in ("so", f"so.{MAJOR}", f"so.{VERSION}", "a")}
        expected |= {f"{libdir}/pkgconfig/resock.pc", "bin/resock"}
        expected |= {f"{libdir}/cmake/resock/{name}.cmake" for name in (
            "resock-config", "resock-config-version", "resock-targets", "resock-targets-release",
            "resock-static-targets", "resock-static-targets-release")}
        expected |= {f"share/doc/resock/{name}" for name in (
            "LICENSE", "README.md", "CHANGELOG.md")}
        expected |= {f"share/doc/resock/{page.relative_to(ROOT)}" for page in (
            *(ROOT / "docs").rglob("*.md"), *(ROOT / "docs").rglob("*.svg"),
            *(ROOT / "examples").glob("*.c*"), *(ROOT / "examples/csharp").glob("*.cs"),
            *(ROOT / "examples/python").rglob("*.py"), *(ROOT / "examples/python").glob("*.md"),
            *dlopen_examples())}
        if (ROOT / "cli/completion").is_dir():
            expected |= {"share/bash-completion/completions/resock",
                         "share/zsh/site-functions/_resock",
                         "share/fish/vendor_completions.d/resock.fish"}
        if (tree.BUILD / "cli/resock.1").exists():
            expected.add("share/man/man1/resock.1.gz")
        found = {str(path.relative_to(PREFIX)) for path in PREFIX.rglob("*") if not path.is_dir()}
        self.assertEqual(found, expected)

    def test_links_and_soname(self):
        self.assertEqual(os.readlink(LIBDIR / "libresock.so"), f"libresock.so.{MAJOR}")
        self.assertEqual(os.readlink(LIBDIR / f"libresock.so.{MAJOR}"), f"libresock.so.{VERSION}")
        dynamic = tree.run("readelf", "-d", LIBDIR / "libresock.so")
        self.assertIn(f"Library soname: [libresock.so.{MAJOR}]", dynamic)
        self.assertRegex(dynamic, r"FLAGS_1.*NODELETE")
        self.assertNotIn("RUNPATH", dynamic)
        self.assertNotIn("TEXTREL", dynamic)

    def test_no_path_of_the_build_is_left(self):
        places = [str(ROOT).encode(), str(ROOT.resolve()).encode()]
        for path in PREFIX.rglob("*"):
            if path.is_file() and not path.is_symlink():
                held = path.read_bytes()
                self.assertFalse([place for place in places if place in held], path)

    def test_the_archive_shows_only_what_is_public(self):
        listed = tree.run("nm", "--defined-only", "--extern-only", LIBDIR / "libresock.a")
        names = {line.split()[-1] for line in listed.splitlines() if len(line.split()) == 3}
        public = set((ROOT / "capi/abi/symbols.txt").read_text(encoding="utf-8").split())
        self.assertEqual(names, public)

    def test_the_archive_holds_everything_of_ours(self):
        listed = tree.run("nm", "--undefined-only", "--demangle", LIBDIR / "libresock.a")
        ours = [line for line in listed.splitlines() if re.search(r"\b(resock|boost)\b", line)]
        self.assertEqual(ours, [])

    def test_the_program_runs_where_it_stands(self):
        environment = {name: value for name, value in os.environ.items()
                       if name != "LD_LIBRARY_PATH"}
        shown = tree.run(PREFIX / "bin/resock", "version", env=environment)
        self.assertIn(VERSION, shown)
        echoed = subprocess.run([PREFIX / "bin/resock", "connect", "echo:"], input="hello\n",
                                capture_output=True, text=True, check=True, env=environment,
                                timeout=tree.PATIENCE_S)
        self.assertEqual(echoed.stdout, "hello\n")


if __name__ == "__main__":
    unittest.main()
