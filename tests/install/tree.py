"""The release tree that the tests of this folder share: `python3 tree.py` builds and installs it
into build/install-test/."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PLACE = ROOT / "build" / "install-test"
BUILD = PLACE / "build"
PREFIX = PLACE / "prefix"
CC = os.environ.get("CC", "cc")
CXX = os.environ.get("CXX", "c++")
PATIENCE_S = 60


def run(*command, **options):
    """Runs to the end and returns standard output; an error shows all that was said."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          check=False, **options)
    if done.returncode != 0:
        raise AssertionError(f"{shlex.join(map(str, command))}: status {done.returncode}\n"
                             f"{done.stdout[-20000:]}{done.stderr[-20000:]}")
    return done.stdout


def configure(source, build, *settings):
    run("cmake", "-S", source, "-B", build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
        "-DRESOCK_UNITY=ON", *settings)


def build(place):
    # Relative paths, so that the compiler's cache serves all the trees of this folder.
    run("cmake", "--build", place, env={"CCACHE_BASEDIR": str(ROOT)} | os.environ)


def fresh(name):
    """An empty folder in build/install-test/."""
    folder = PLACE / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def prefix_folder(pattern, prefix=PREFIX):
    """The one folder of an installed tree that holds `pattern`: lib, lib64 or lib/TRIPLET."""
    found = list(prefix.glob(f"lib*/**/{pattern}"))
    assert len(found) == 1, f"{pattern}: {found}"
    return found[0].parent


def main():
    configure(ROOT, BUILD, "-DCMAKE_INSTALL_PREFIX=/usr/local", "-DRESOCK_DEVELOPER=OFF")
    build(BUILD)
    shutil.rmtree(PREFIX, ignore_errors=True)
    print(run("cmake", "--install", BUILD, "--prefix", PREFIX))


if __name__ == "__main__":
    sys.exit(main())
