"""README.md: add_subdirectory(resock) and target_link_libraries(program PRIVATE resock::resock)."""

import unittest

import programs
import tree


class Subproject(unittest.TestCase):
    def test_programs(self):
        build = tree.PLACE / "subproject"
        tree.configure(tree.ROOT / "tests/install/subproject", build, f"-DRESOCK={tree.ROOT}",
                       "-DCMAKE_BUILD_TYPE=")  # a project that says nothing; quick to compile
        tree.build(build)
        for language in ("c", "cpp"):
            for library in ("resock", "resock_static"):
                program = build / f"{language}_{library}"
                with self.subTest(program.name):
                    programs.check(self, program)
                    programs.check_linked(self, program, shared=library == "resock")

        prefix = tree.fresh("subproject-prefix")
        tree.run("cmake", "--install", build, "--prefix", prefix)
        found = [str(path.relative_to(prefix)) for path in prefix.rglob("*") if path.is_file()]
        self.assertEqual(found, ["bin/c_resock"], "resock installs itself into another project")


if __name__ == "__main__":
    unittest.main()
