"""Installs a wheel or a source of the Python package into a clean virtual environment, and tries it:
`python3 wheel.py PYTHON SOURCE [PIP OPTION...]`."""

import os
import re
import subprocess
import sys
from pathlib import Path

import tree

VERSION = (tree.ROOT / "VERSION").read_text(encoding="utf-8").strip()
EXAMPLES = tree.ROOT / "examples"
TRY = """
import ctypes, json, os, sqlite3, ssl, sys
import resock
from resock import _core

assert resock.__version__ == sys.argv[1], resock.__version__
assert resock.__file__.startswith(sys.prefix), resock.__file__
names = {option["name"] for option in json.loads(_core.describe_options())}
assert {"url", "delivery", "heartbeat.interval"} <= names, names
library = ctypes.CDLL(resock.library_path())
library.resock_version.restype = ctypes.c_char_p
assert library.resock_version().decode() == sys.argv[1]
for header in ("resock.h", "resock.hpp"):
    assert os.path.exists(os.path.join(resock.include_path(), "resock", header)), header
for name in ("py.typed", "_core.pyi"):
    assert os.path.exists(os.path.join(os.path.dirname(resock.__file__), name)), name
"""


def environment():
    """Nothing of the machine's Python may help."""
    return {name: value for name, value in os.environ.items()
            if not name.startswith(("PYTHON", "LD_"))} | {"CCACHE_BASEDIR": str(tree.ROOT)}


class Venv:
    """A clean environment of one interpreter."""

    def __init__(self, python, name):
        self.folder = tree.fresh(name)
        tree.run(python, "-m", "venv", self.folder, env=environment())
        self.python = self.folder / "bin/python"

    def run(self, *words, **options):
        """Runs a program of this environment, outside of the checkout; returns its output."""
        program, *arguments = words
        return tree.run(self.folder / "bin" / program, *arguments, cwd=self.folder,
                        env=environment(), **options)

    def install(self, source, *options):
        self.run("python", "-m", "pip", "install", "--disable-pip-version-check", *options, source)


def check_package(venv):
    """What the README promises of an installed package, with none of Python's own in its way."""
    venv.run("python", "-W", "error", "-c", TRY, VERSION)
    said = venv.run("resock", "version")
    assert f"resock {VERSION}" in said, said
    echoed = venv.run("resock", "connect", "echo:", input="hello\n", timeout=tree.PATIENCE_S)
    assert echoed == "hello\n", echoed
    said = venv.run("python", "-W", "error", EXAMPLES / "python/first.py", "echo:",
                    timeout=tree.PATIENCE_S)
    assert said == "arrived: hello\n", said


def check_libraries(venv):
    """OpenSSL and SQLite stand inside, and nobody sees their symbols."""
    package = next(venv.folder.glob("lib/python*/site-packages/resock"))
    for file in (package / "libresock.so.0", *package.glob("_core.*.so"), venv.folder / "bin/resock"):
        needed = re.findall(r"\(NEEDED\).*\[(.*?)\]", tree.run("readelf", "-d", file))
        foreign = [name for name in needed if re.match(r"lib(ssl|crypto|sqlite3)", name)]
        assert not foreign, f"{file} needs {foreign}"
    listed = tree.run("nm", "-D", "--defined-only", package / "libresock.so.0")
    # A is the name of the version itself.
    shown = {line.split()[2].split("@")[0] for line in listed.splitlines() if " A " not in line}
    public = set((tree.ROOT / "capi/abi/symbols.txt").read_text(encoding="utf-8").split())
    assert shown == public, shown ^ public


def main(python, source, *options):
    path = Path(source)
    venv = Venv(python, "venv-" + re.sub(r"\W+", "-", Path(python).name))
    venv.install(path.resolve() if path.exists() else source, *options)
    check_package(venv)
    check_libraries(venv)
    version = subprocess.run([venv.python, "--version"], capture_output=True, text=True, check=True)
    print(f"{version.stdout.strip()}: {path.name} is installed, runs, and shows only its own symbols")


if __name__ == "__main__":
    main(*sys.argv[1:])
