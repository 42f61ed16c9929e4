"""What the package is made of: its import, its paths, its libraries beside those of Python."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import resock

ROOT = Path(__file__).parents[2]
# Each part uses a library of its own and Python's, in one process.
PYTHONS = """
import sqlite3, ssl
assert ssl.RAND_status()
ssl.create_default_context()
database = sqlite3.connect(":memory:")
assert database.execute("select 1").fetchone() == (1,)
database.close()
"""
OURS = """
import os, socket, ssl, sys, tempfile
import resock, through_c
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1])
with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as server:
    server.settimeout(60)
    with through_c.Library() as library:
        library.open(url=f"wss://127.0.0.1:{server.getsockname()[1]}", tls_verify="false",
                     delivery="exactly-once", outbox_path=os.path.join(folder, "outbox"))
        peer = server.accept()[0]
        peer.settimeout(60)
        with context.wrap_socket(peer, server_side=True) as tls:
            assert tls.recv(5) == b"GET /"
        with open(os.path.join(folder, "outbox"), "rb") as outbox:
            assert outbox.read(6) == b"SQLite"
"""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a key and its own certificate for 127.0.0.1."""
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-subj", "/CN=127.0.0.1", "-keyout", str(file), "-out", str(file) + ".crt"],
        check=True, capture_output=True, env=without_preload(),
    )
    with file.open("ab") as both:
        both.write(Path(str(file) + ".crt").read_bytes())
    return file


def without_preload() -> dict[str, str]:
    """The environment for programs that no sanitizer watches."""
    return {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}


def test_version_is_that_of_the_repository() -> None:
    assert resock.__version__ == (ROOT / "VERSION").read_text(encoding="utf-8").strip()


def test_library_is_the_one_that_is_loaded() -> None:
    library = ctypes.CDLL(resock.library_path())
    library.resock_version.restype = ctypes.c_char_p
    assert library.resock_version().decode() == resock.__version__
    maps = Path("/proc/self/maps").read_text(encoding="utf-8")
    loaded = {line.split(None, 5)[5] for line in maps.splitlines() if "libresock" in line}
    assert loaded == {os.path.realpath(resock.library_path())}


def test_library_has_its_soname() -> None:
    major = resock.__version__.split(".")[0]
    assert os.path.basename(resock.library_path()) == f"libresock.so.{major}"


def test_a_wheel_is_built_with_the_boost_of_everything_else() -> None:
    pinned = (ROOT / "tools/dev/boost-headers.txt").read_text(encoding="utf-8")
    requirement = re.search(r"^boost-headers==\S+", pinned, re.MULTILINE)
    assert requirement is not None
    assert f'"{requirement.group()}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


@pytest.mark.skipif(not shutil.which("cc"), reason="no C compiler")
def test_headers_and_library_make_a_program(tmp_path: Path) -> None:
    source = tmp_path / "program.c"
    source.write_text(
        "#include <resock/resock.h>\n#include <stdio.h>\n"
        "int main(void) { puts(resock_version()); return 0; }\n",
        encoding="utf-8",
    )
    program = tmp_path / "program"
    library = resock.library_path()
    subprocess.run(
        ["cc", "-std=c99", "-I" + resock.include_path(), str(source), "-o", str(program), library,
         "-Wl,-rpath," + os.path.dirname(library), "-Wl,--allow-shlib-undefined"],
        check=True, env=without_preload(),
    )
    said = subprocess.run([str(program)], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == resock.__version__


@pytest.mark.parametrize(
    "program", [PYTHONS + OURS + PYTHONS, OURS + PYTHONS + OURS], ids=["Python's first", "ours first"]
)
def test_beside_the_ssl_and_sqlite3_of_python(program: str, certificate: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program, str(certificate)],
        capture_output=True, text=True, timeout=100, cwd=Path(__file__).parent,
    )
    assert (done.returncode, done.stderr) == (0, ""), done
