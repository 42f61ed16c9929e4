"""examples/python/pieces.py: what docs/python/guide.md shows in pieces, run."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable

import pytest

import resock
from loaded import ROOT

sys.path.insert(0, str(ROOT / "examples/python"))
sys.path.insert(0, str(ROOT / "tests/cli"))
import pieces  # noqa: E402
from program import closed_port  # noqa: E402


def on_a_link(piece: Callable[[resock.Link], Any], **options: Any) -> Any:
    async def run() -> Any:
        async with resock.connect("echo:", **options) as link:
            return await piece(link)

    return asyncio.run(run())


def test_receipts(capsys: pytest.CaptureFixture[str]) -> None:
    on_a_link(pieces.receipts)
    assert capsys.readouterr().out == "1 received True\n"


def test_failures() -> None:
    assert on_a_link(pieces.failures) == "arrived"

    async def without_a_line() -> str:
        url = f"ws://127.0.0.1:{closed_port()}"
        link = await resock.connect(url, wait=False)
        try:
            return await pieces.failures(link)
        finally:
            link.abort()

    assert asyncio.run(without_a_line()) == "it did not arrive: it may be sent again"


def test_many() -> None:
    arrived = on_a_link(pieces.many)
    assert arrived == [f"line {number}" for number in range(len(arrived))]
    assert arrived


def test_events(capsys: pytest.CaptureFixture[str]) -> None:
    async def run() -> None:
        async def end(link: resock.Link) -> None:
            await link.recv()

        async with resock.serve(end, "127.0.0.1") as server:
            url = server.addresses[0]
            link = await resock.connect(url, on_event=pieces.in_a_callback)
            await link.send("hello")
            await pieces.what_happens(url)
            await pieces.looked_up_later(link)
            await link.close()

    asyncio.run(run())
    told = capsys.readouterr().out
    assert "OPEN 127.0.0.1:" in told
    assert "ended: " in told
    assert "0\n" in told


def test_log(tmp_path: Path) -> None:
    code = (
        "import sys, asyncio, resock; sys.path.insert(0, sys.argv[1]); import pieces\n"
        "pieces.log_to_a_file(sys.argv[2])\n"
        "asyncio.run(pieces.with_uvloop())"
    )
    file = tmp_path / "log"
    subprocess.run(
        [sys.executable, "-c", code, str(ROOT / "examples/python"), str(file)],
        check=True, capture_output=True, timeout=100,
    )
    assert "INFO:resock:" in file.read_text()
    assert logging.getLogger("resock").level == logging.NOTSET  # of this process


def test_options() -> None:
    async def run() -> resock.State:
        link = await pieces.options("echo:")
        try:
            return link.state
        finally:
            await link.close()

    assert asyncio.run(run()) is resock.State.OPEN


def test_errors() -> None:
    async def run() -> None:
        assert await pieces.errors("echo:") == "hello"
        dead = f"ws://127.0.0.1:{closed_port()}"
        assert (await pieces.errors(dead)).startswith("no connection: ")

        async def refuse(request: resock.Request) -> resock.Reject:
            return resock.Reject(403)

        async def nothing(link: resock.Link) -> None:
            raise AssertionError

        async with resock.serve(nothing, "127.0.0.1", on_request=refuse) as server:
            assert await pieces.errors(server.addresses[0]) == "the server said 403"

    asyncio.run(run())


def test_without_asyncio() -> None:
    assert pieces.without_asyncio("echo:") == ["one", "two", "three"]
    with resock.sync.connect("echo:") as link:
        assert pieces.two_threads(link) == ["line 0", "line 1", "line 2"]


def test_fork() -> None:
    code = (
        "import sys, resock; sys.path.insert(0, sys.argv[1]); import pieces\n"
        "with resock.sync.connect('echo:') as link:\n"
        "    pieces.in_a_forked_child(link)\n"
        "    link.send('parent'); print(link.recv())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(ROOT / "examples/python")],
        check=True, capture_output=True, text=True, timeout=100,
    )
    assert done.stdout == "parent\n"


def test_uvloop(capsys: pytest.CaptureFixture[str]) -> None:
    uvloop = pytest.importorskip("uvloop")
    loop = uvloop.new_event_loop()
    try:
        loop.run_until_complete(pieces.with_uvloop())
    finally:
        loop.close()
    assert capsys.readouterr().out == "hello uvloop\n"
