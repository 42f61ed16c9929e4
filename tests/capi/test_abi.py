"""abi.py notices a changed ABI, and records one only together with CHANGELOG.md: small libraries."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import abi

HEADER = """#include <stdint.h>
#define RESOCK_ABI_VERSION 1u
#define RESOCK_API __attribute__((visibility("default")))
typedef struct resock_hub resock_hub;
enum resock_kind { RESOCK_OPEN = 1, RESOCK_CLOSED = 2 };
RESOCK_API int32_t resock_poll(resock_hub* hub, uint32_t timeout_ms);
RESOCK_API void resock_free(resock_hub* hub);
"""
SOURCE = """#include <resock/resock.h>
struct resock_hub { int hidden; };
int32_t resock_poll(resock_hub* hub, uint32_t timeout_ms) { return hub->hidden + (int)timeout_ms; }
void resock_free(resock_hub* hub) { hub->hidden = 0; }
"""
CHANGELOG = "# Changelog\n\n## 0.2.0 — unreleased\nNews.\n\n## 0.1.0\nOld news.\n"


class Abi(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        for part in ("capi/include/resock", "capi/abi", "src"):
            (self.root / part).mkdir(parents=True)
        self.write("VERSION", "0.2.0\n")
        self.write("CHANGELOG.md", CHANGELOG)
        self.library = self.compiled(HEADER, SOURCE)
        abi.record(self.tree(), self.library, "the first one")

    def tree(self):
        return abi.Tree(self.root)

    def write(self, name, text):
        (self.root / name).write_text(text, encoding="utf-8")

    def read(self, name):
        return (self.root / name).read_text(encoding="utf-8")

    def compiled(self, header, source, *flags):
        self.write("capi/include/resock/resock.h", header)
        self.write("src/library.c", source)
        library = self.root / "library.so"
        subprocess.run([os.environ.get("CC", "cc"), *(flags or ["-g"]), "-shared", "-fPIC",
                        "-fvisibility=hidden", "-I", self.root / "capi/include",
                        self.root / "src/library.c", "-o", library], check=True)
        return library

    def changed(self, old, new):
        """What is said of a library of which `old` is replaced by `new`."""
        self.compiled(HEADER.replace(old, new), SOURCE.replace(old, new))
        return "\n".join(abi.check(self.tree(), self.library))

    def test_the_same_is_no_change(self):
        self.assertEqual(abi.check(self.tree(), self.library), [])
        self.assertIn("unchanged", abi.record(self.tree(), self.library, ""))
        self.assertEqual(self.changed("int hidden;", "int hidden; char more[64];"), "")

    def test_nothing_of_the_machine_is_recorded(self):
        for file in self.tree().recorded:
            self.assertNotIn(self.root.name, file.read_text(encoding="utf-8"))

    def test_another_signature(self):
        said = self.changed("uint32_t timeout_ms", "uint64_t timeout_ms")
        self.assertIn("resock_poll", said)
        self.assertIn("./dev abi --record", said)

    def test_a_function_less(self):
        self.write("capi/include/resock/resock.h", HEADER)
        shorter = SOURCE.replace("void resock_free", "static void __attribute__((unused)) gone")
        self.compiled(HEADER.replace("RESOCK_API void resock_free(resock_hub* hub);\n", ""), shorter)
        self.assertIn("resock_free", "\n".join(abi.check(self.tree(), self.library)))

    def test_a_function_more(self):
        self.compiled(HEADER + "RESOCK_API void resock_more(void);\n",
                      SOURCE + "void resock_more(void) {}\n")
        self.assertIn("resock_more", "\n".join(abi.check(self.tree(), self.library)))

    def test_enumerations(self):
        self.assertIn("RESOCK_CLOSED", self.changed("RESOCK_CLOSED = 2", "RESOCK_CLOSED = 3"))
        self.assertIn("RESOCK_LATE",
                      self.changed("RESOCK_CLOSED = 2", "RESOCK_CLOSED = 2, RESOCK_LATE = 3"))
        self.assertIn("resock_kind", self.changed("enum resock_kind", "enum resock_sort"))

    def test_a_library_without_debug_information(self):
        self.compiled(HEADER, SOURCE, "-O2")
        with self.assertRaisesRegex(SystemExit, "debug information"):
            abi.check(self.tree(), self.library)

    def another(self):
        self.compiled(HEADER + "RESOCK_API void resock_more(void);\n",
                      SOURCE + "void resock_more(void) {}\n")

    def test_recording_asks_for_a_line(self):
        before = [file.read_bytes() for file in self.tree().recorded]
        self.another()
        with self.assertRaisesRegex(abi.Refused, "CHANGELOG.md must say so"):
            abi.record(self.tree(), self.library, "")
        self.assertEqual([file.read_bytes() for file in self.tree().recorded], before)

        abi.record(self.tree(), self.library, "more")
        self.assertEqual(abi.check(self.tree(), self.library), [])
        self.assertRegex(self.read("CHANGELOG.md"), r"(?m)^ABI 1 \(baseline [0-9a-f]{12}\): more$")
        self.assertIn("\nNews.\n", self.read("CHANGELOG.md"))
        self.assertIn("\n\n## 0.1.0\nOld news.\n", self.read("CHANGELOG.md"))

    def test_recording_takes_a_line_that_was_written(self):
        self.another()
        self.write("CHANGELOG.md", CHANGELOG.replace("News.", "ABI: by hand"))
        abi.record(self.tree(), self.library, "")
        self.assertEqual(abi.check(self.tree(), self.library), [])
        self.assertIn("): by hand\n", self.read("CHANGELOG.md"))

    def test_a_baseline_that_changed_alone(self):
        self.another()
        with tempfile.TemporaryDirectory() as folder:
            current = abi.dump_all(self.tree(), self.library, Path(folder))
            shutil.copyfile(current[0], self.tree().recorded[0])
        self.assertIn("names the baseline", "\n".join(abi.check(self.tree(), self.library)))

    def complaints(self, version, abi_version, *changelog):
        return "\n".join(abi.complaints("\n".join(changelog), version, abi_version, "0123456789ab"))

    def test_rules_of_the_changelog(self):
        line = "ABI 2 (baseline 0123456789ab): words"
        older = "ABI 1 (baseline ffffffffffff): words"
        self.assertEqual(self.complaints("0.2.0", 2, "## 0.2.0", line, "## 0.1.0", older), "")
        self.assertEqual(self.complaints("0.2.1", 2, "## 0.2.1", "## 0.2.0", line), "")
        self.assertEqual(self.complaints("1.3.0", 2, "## 1.3.0", line, "## 1.2.0", line), "")
        for words, version, number, *changelog in [
                ("no entry of 0.3.0", "0.3.0", 2, "## 0.2.0", line),
                ("no line that begins with ABI", "0.2.0", 2, "## 0.2.0", "words"),
                ("never does", "0.2.1", 2, "## 0.2.1", line),
                ("RESOCK_ABI_VERSION", "0.2.0", 3, "## 0.2.0", line),
                ("raise RESOCK_ABI_VERSION", "0.3.0", 2, "## 0.3.0", line, "## 0.2.0", line),
                ("not 0123456789ab", "0.2.0", 1, "## 0.2.0", older),
                ("one says it all", "0.2.0", 2, "## 0.2.0", line, line),
                ("expected", "0.2.0", 2, "## 0.2.0", "ABI 2: words")]:
            with self.subTest(words):
                self.assertIn(words, self.complaints(version, number, *changelog))


if __name__ == "__main__":
    if not shutil.which("abidw") or not shutil.which("abidiff"):
        print("skipped: abidw and abidiff are not there; install abigail-tools")
        sys.exit(abi.SKIPPED)
    unittest.main()
