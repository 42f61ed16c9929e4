"""`pip install .` from the checkout with build isolation, into a clean virtual environment; and what
pip makes of it."""

import os
import sys
import unittest

import tree
import wheel

PYTHON = os.environ.get("RESOCK_TEST_PYTHON", sys.executable)


class Wheel(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.venv = wheel.Venv(PYTHON, "wheel")
        # A folder as deep as that of the release tree: the compiler's cache knows the objects.
        os.environ["SKBUILD_BUILD_DIR"] = str(tree.PLACE / "wheel-build")
        cls.venv.install(tree.ROOT)

    def test_package(self):
        wheel.check_package(self.venv)

    def test_libraries(self):
        wheel.check_libraries(self.venv)


if __name__ == "__main__":
    unittest.main()
