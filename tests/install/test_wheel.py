"""`pip install .` from the checkout with build isolation, into a clean virtual environment; and what
pip makes of it."""

import os
import sys
import tarfile
import unittest
from pathlib import Path

import tree
import wheel

PYTHON = os.environ.get("RESOCK_TEST_PYTHON", sys.executable)


# A folder as deep as that of the release tree: the compiler's cache knows the objects.
BUILD = tree.PLACE / "wheel-build"


def read_by(build):
    """The files of the checkout that configuring and compiling have read, by ninja's own account."""
    lines = tree.run("ninja", "-C", build, "-t", "inputs", "all").splitlines()
    for question in (("query", "build.ninja"), ("deps",)):
        lines += tree.run("ninja", "-C", build, "-t", *question).splitlines()
    words = {line.strip().removeprefix("| ") for line in lines}
    files = {Path(os.path.normpath(build / word)) for word in words if word}
    return {str(file.relative_to(tree.ROOT)) for file in files
            if file.is_relative_to(tree.ROOT) and file.is_file()
            and not file.is_relative_to(tree.ROOT / "build")}


def made_sdist():
    """The files of an sdist of the checkout."""
    folder = tree.fresh("sdist")
    tree.run(PYTHON, "-m", "build", "--sdist", "--outdir", folder, tree.ROOT,
             env=wheel.environment())
    with tarfile.open(next(folder.glob("*.tar.gz"))) as archive:
        return {name.partition("/")[2] for name in archive.getnames()}


class Wheel(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.venv = wheel.Venv(PYTHON, "wheel")
        os.environ["SKBUILD_BUILD_DIR"] = str(BUILD)
        cls.venv.install(tree.ROOT)

    def test_package(self):
        wheel.check_package(self.venv)

    def test_libraries(self):
        wheel.check_libraries(self.venv)

    def test_sdist(self):
        """`./dev wheel` installs from one; that takes too long to do it at each change."""
        read = read_by(BUILD)
        for file in ("core/hub/hub.cpp", "capi/include/resock/resock.h", "cmake/ResockWheel.cmake",
                     "python/bind/link.hpp", "VERSION"):
            self.assertIn(file, read)
        package = {str(file.relative_to(tree.ROOT))
                   for file in (tree.ROOT / "python/src/resock").rglob("*.py*")
                   if file.parent.name != "__pycache__"}
        self.assertGreater(len(package), 20)
        self.assertEqual((read | package) - made_sdist(), set())


if __name__ == "__main__":
    unittest.main()
