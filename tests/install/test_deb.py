"""`cpack` makes Debian packages that install, run and go again in a clean root."""

import sys
import unittest

import clean_root
import tree

VERSION = (tree.ROOT / "VERSION").read_text(encoding="utf-8").strip()
LIBRARY = f"libresock{VERSION.split('.')[0]}"


def make_packages():
    """{name: file} of what cpack makes of the release tree."""
    tree.configure(tree.ROOT, tree.BUILD, "-DCMAKE_INSTALL_PREFIX=/usr", "-DRESOCK_DEVELOPER=OFF")
    tree.build(tree.BUILD)
    folder = tree.fresh("packages")
    tree.run("cpack", "--config", tree.BUILD / "CPackConfig.cmake", "-G", "DEB", "-B", folder)
    return {file.name.split("_")[0]: file for file in folder.glob("*.deb")}


def field(package, name):
    return tree.run("dpkg-deb", "--field", package, name).strip()


class Packages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.packages = make_packages()

    def test_names_and_dependencies(self):
        self.assertEqual(sorted(self.packages), sorted(["resock", LIBRARY, "libresock-dev"]))
        for name in ("resock", "libresock-dev"):
            self.assertIn(f"{LIBRARY} (= {VERSION}-1)", field(self.packages[name], "Depends"))
        for part in ("libssl3", "libsqlite3-0", "libc6 (>= ", "libstdc++6 (>= "):
            self.assertIn(part, field(self.packages[LIBRARY], "Depends"))
        for part in ("libssl-dev", "libsqlite3-dev", "zlib1g-dev"):
            self.assertIn(part, field(self.packages["libresock-dev"], "Depends"))

    def test_what_debian_asks_of_each(self):
        for name, package in self.packages.items():
            listed = tree.run("dpkg-deb", "--contents", package)
            for file in ("copyright", "changelog.Debian.gz"):
                self.assertIn(f"./usr/share/doc/{name}/{file}\n", listed)
            self.assertNotIn("LICENSE", listed)

    def test_in_a_clean_root(self):
        try:
            root = clean_root.CleanRoot()
        except clean_root.Skip as missing:
            self.skipTest(str(missing))
        self.addCleanup(root.close)
        before = root.paths()
        files = {name: root.put(file, "/tmp") for name, file in self.packages.items()}

        with self.subTest("the program"):
            root.install(files[LIBRARY], files["resock"])
            self.assertIn(f"resock {VERSION}", root.run("resock", "version"))
            self.assertEqual(root.run("resock", "connect", "echo:", input="hello\n"), "hello\n")
        with self.subTest("nothing is left"):
            root.run("apt-get", "purge", "-y", "--autoremove", "resock", LIBRARY)
            self.assertEqual(sorted(root.paths() - before), [])

        with self.subTest("a program of a stranger"):
            # What the -dev package itself asks for is enough beside a compiler.
            root.install(*files.values(), "g++", "pkg-config")
            for example in ("first.c", "first.cpp"):
                root.put(tree.ROOT / "examples" / example, "/tmp")
            for line in (
                    "gcc -std=c99 first.c -o shared $(pkg-config --cflags --libs resock)",
                    "g++ -std=c++17 first.cpp -o shared $(pkg-config --cflags --libs resock)",
                    "gcc -static first.c -o static $(pkg-config --static --cflags --libs resock)"):
                program = line.split(" -o ")[1].split()[0]
                self.assertEqual(root.shell(f"cd /tmp && {line} && ./{program} echo:"),
                                 "arrived: hello\n")

        with self.subTest("nothing of ours is left beside other packages"):
            root.run("apt-get", "purge", "-y", *self.packages)
            self.assertEqual([path for path in root.paths() if "resock" in path], [])
            self.assertNotIn("resock", root.run("dpkg-query", "--show"))


if __name__ == "__main__":
    program = unittest.main(exit=False)
    if program.result.skipped:
        print("skipped:", program.result.skipped[0][1])
    if not program.result.wasSuccessful():
        sys.exit(1)
    sys.exit(clean_root.SKIPPED if program.result.skipped else 0)
