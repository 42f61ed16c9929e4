"""A program that is linked to nothing of ours loads the library (dlopen.c)."""

import subprocess
import unittest

import programs
import tree


class Dlopen(unittest.TestCase):
    def test_program(self):
        program = tree.fresh("dlopen") / "program"
        # Its getaddrinfo stands in for libc's.
        tree.run(tree.CC, "-std=c99", "-Wall", "-Wextra", "-Werror", "-pthread", "-rdynamic",
                 f"-I{tree.PREFIX}/include", tree.ROOT / "tests/install/dlopen.c", "-o", program,
                 "-ldl")
        programs.check_linked(self, program, shared=False)
        library = tree.prefix_folder("libresock.a") / "libresock.so.0"
        done = subprocess.run([program, library], capture_output=True, text=True, check=False,
                              timeout=tree.PATIENCE_S)
        self.assertEqual((done.returncode, done.stdout, done.stderr),
                         (0, "round trip\nround trip\nclosed during a name lookup\n", ""))


if __name__ == "__main__":
    unittest.main()
