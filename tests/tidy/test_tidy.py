"""The rules of tidy.py must catch what they forbid: each is shown a tree that breaks it."""

import tempfile
import unittest
from pathlib import Path

import tidy

# rule, files of the tree, what the one complaint must contain (None: nothing to complain about)
CASES = [
    ("layers", {"core/base/a.hpp": '#include "wire/frame.hpp"\n'}, "stands above base"),
    ("layers", {"core/session/a.hpp": '#include "link/machine.hpp"\n'}, "stands above session"),
    ("layers", {"core/hub/a.cpp": "#include <resock/resock.h>\n"}, "stands above core"),
    ("layers", {"core/extra/a.hpp": ""}, "is no layer"),
    ("layers", {"cli/a.cpp": '#include "net/stream.hpp"\n'}, "resock.hpp alone"),
    ("layers", {"core/wire/a.cpp": '#include "base/url.hpp"\n#include "wire/frame.hpp"\n'}, None),
    ("layers", {"core/base/a.hpp": '// #include "wire/frame.hpp"\n'}, None),
    ("line", {"core/link/a.cpp": "#include <boost/asio.hpp>\n"}, "Asio"),
    ("line", {"core/wire/a.cpp": "#include <boost/beast/http.hpp>\n"}, "Beast"),
    ("line", {"core/wire/a.cpp": "#include <boost/beast/zlib.hpp>\n"}, None),
    ("line", {"core/base/a.cpp": "#include <mutex>\n"}, "threads"),
    ("line", {"core/base/a.cpp": "std::random_device device;\n"}, "randomness"),
    ("line", {"core/policy/a.cpp": "auto t = steady_clock::now();\n"}, "a clock"),
    ("line", {"core/policy/a.cpp": "/* never\n ::now() */ int x;\n// <thread>\n"}, None),
    ("line", {"core/session/a.cpp": "#include <fstream>\n"}, "files"),
    ("line", {"core/net/a.cpp": "auto t = steady_clock::now();\n#include <thread>\n"}, None),
    ("mirror", {"core/wire/a.cpp": ""}, "tests/unit/wire/a.cpp"),
    ("mirror", {"core/link/a.cpp": "", "tests/unit/link/a.cpp": ""}, "tests/machine/a.cpp"),
    ("mirror", {"core/net/a.cpp": "", "tests/net/a.cpp": "", "core/net/b.hpp": ""}, None),
    ("mirror", {"core/net/store/a.cpp": "", "tests/net/a.cpp": ""}, "tests/net/store/a.cpp"),
    ("length", {"core/base/a.cpp": "\n" * 301}, "301 lines"),
    ("length", {"core/base/a.cpp": "\n" * 300, "README.md": "\n" * 900}, None),
    ("length", {"core/base/a.cpp": "\n" * 301,
                "tests/tidy/exceptions.txt": "length core/base/a.cpp  # a table\n"}, None),
    ("length", {"core/base/a.cpp": "",
                "tests/tidy/exceptions.txt": "length core/base/a.cpp  # a table\n"}, "any more"),
    ("names", {"docs/a.md": "see https://py" + "pi.org/project/x\n"}, "names"),
    ("names", {"a.json": '"resolved": "https://registry.' + 'npmjs.org/ws"\n'}, "names"),
    ("names", {"dev": "cd /wo" + "rk/main\n"}, "names"),
    ("names", {"a.py": "open('/ho" + "me/someone/x')\n"}, "names"),
    ("names", {"a.md": "core/work/ and $HOME/root/x, build/dev\n"}, None),
]


class Rules(unittest.TestCase):
    def test_each_rule_catches_what_it_forbids(self):
        for rule, files, expected in CASES:
            with self.subTest(rule=rule, files=files), tempfile.TemporaryDirectory() as folder:
                for name, text in files.items():
                    path = Path(folder, name)
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(text, encoding="utf-8")
                complaints = tidy.broken(rule, Path(folder))
                self.assertEqual(len(complaints), 0 if expected is None else 1, complaints)
                if expected is not None:
                    self.assertIn(expected, complaints[0])

    def test_an_exception_without_a_reason_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "exceptions.txt")
            file.write_text("length core/base/a.cpp\n", encoding="utf-8")
            with self.assertRaises(SystemExit):
                tidy.read_exceptions(file)


if __name__ == "__main__":
    unittest.main()
