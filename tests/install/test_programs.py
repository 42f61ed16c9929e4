"""C99 and C++17 programs against the installed tree, found by CMake and by pkg-config, shared and
static, and all of it again after the tree was moved."""

import os
import subprocess
import unittest

import programs
import tree

EXAMPLES = tree.ROOT / "examples"
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]


class Programs(unittest.TestCase):
    """A copy of the tree at another place, while the first is out of reach."""

    @classmethod
    def setUpClass(cls):
        cls.place = tree.fresh("programs")
        cls.prefix = cls.place / "moved" / "here"
        cls.prefix.parent.mkdir()
        tree.PREFIX.rename(cls.prefix)

    @classmethod
    def tearDownClass(cls):
        cls.prefix.rename(tree.PREFIX)

    def configure(self, project, *settings):
        build = self.place / f"build-{self.id().rsplit('.', 1)[1]}"
        tree.configure(tree.ROOT / "tests/install" / project, build, f"-DEXAMPLES={EXAMPLES}",
                       f"-DCMAKE_PREFIX_PATH={self.prefix}", *settings)
        return build

    def test_cmake(self):
        build = self.configure("consumer", "-DRESOCK_WANTED=0.1")
        tree.build(build)
        for language in ("c", "cpp"):
            for library in ("resock", "resock_static"):
                program = build / f"{language}_{library}"
                with self.subTest(program.name):
                    programs.check(self, program)
                    programs.check_linked(self, program, shared=library == "resock")

    def test_cmake_project_without_cpp(self):
        build = self.configure("c_only")
        tree.build(build)
        programs.check(self, build / "c_only")

    def test_cmake_versions(self):
        self.configure("consumer", "-DRESOCK_WANTED=0.1.0", "-DRESOCK_PARTS=COMPONENTS;shared;static")
        for wanted in ("0.2", "0.0", "1.0", "0.1.99"):
            with self.subTest(wanted), self.assertRaisesRegex(AssertionError, "version"):
                self.configure("consumer", f"-DRESOCK_WANTED={wanted}")

    def test_cmake_unknown_component(self):
        with self.assertRaisesRegex(AssertionError, "nonsense"):
            self.configure("consumer", "-DRESOCK_PARTS=COMPONENTS;nonsense")

    def pkg_config(self, *arguments):
        folder = tree.prefix_folder("resock.pc", self.prefix)
        return tree.run("pkg-config", *arguments, "resock",
                        env=os.environ | {"PKG_CONFIG_PATH": str(folder)}).split()

    def compile(self, language, name, flags):
        compiler = [tree.CC, "-std=c99"] if language == "c" else [tree.CXX, "-std=c++17"]
        program = self.place / name
        tree.run(*compiler, *WARNINGS, EXAMPLES / f"first.{language}", "-o", program, *flags)
        return program

    def test_pkg_config_shared(self):
        flags = self.pkg_config("--cflags", "--libs")
        self.assertEqual([flag for flag in flags if flag.startswith("-l")], ["-lresock"])
        libdir = tree.prefix_folder("libresock.a", self.prefix)
        for language in ("c", "cpp"):
            with self.subTest(language):
                program = self.compile(language, f"pc-shared-{language}", flags)
                programs.check_linked(self, program, shared=True)
                programs.check(self, program, LD_LIBRARY_PATH=str(libdir))

    def test_pkg_config_static(self):
        flags = [flag.replace("-lresock", "-l:libresock.a")
                 for flag in self.pkg_config("--static", "--cflags", "--libs")]
        for language in ("c", "cpp"):
            with self.subTest(language):
                program = self.compile(language, f"pc-static-{language}", flags)
                programs.check_linked(self, program, shared=False)
                programs.check(self, program)

    def test_pkg_config_version(self):
        self.assertEqual(self.pkg_config("--modversion"),
                         [(tree.ROOT / "VERSION").read_text(encoding="utf-8").strip()])

    def test_one_archive_is_enough(self):
        libdir = tree.prefix_folder("libresock.a", self.prefix)
        program = self.compile("c", "by-hand", [
            f"-I{self.prefix}/include", libdir / "libresock.a",
            "-lssl", "-lcrypto", "-lsqlite3", "-lstdc++", "-lm", "-pthread"])
        programs.check(self, program)

    def test_the_moved_program(self):
        done = subprocess.run([self.prefix / "bin/resock", "connect", "echo:"], input="hello\n",
                              capture_output=True, text=True, check=False,
                              timeout=tree.PATIENCE_S)
        self.assertEqual((done.returncode, done.stdout), (0, "hello\n"), done)


if __name__ == "__main__":
    unittest.main()
