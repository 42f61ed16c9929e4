"""The pairs of programs in docs/python/migrating.md: before and after print the same."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import List

import pytest

from loaded import ROOT

websockets = pytest.importorskip("websockets")
from websockets.asyncio.server import ServerConnection, serve  # noqa: E402

PROGRAMS = ROOT / "examples/python/migrating"
PATIENCE_S = 100
PRICES = [["one", "two"], ["three", "closing price"]]  # of each connection


class Prices:
    """Sends the prices of the next connection to whoever subscribes; then it restarts."""

    def __init__(self) -> None:
        self.connections = 0

    async def handle(self, websocket: ServerConnection) -> None:
        async for message in websocket:
            if message == "subscribe prices":
                prices = PRICES[self.connections]
                self.connections += 1
                for price in prices:
                    await websocket.send(price)
                if prices[-1] != "closing price":
                    await websocket.close(1012)
            else:
                await websocket.send(f"{message}: 10")


async def output_of(program: str) -> List[str]:
    async with serve(Prices().handle, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(PROGRAMS / f"{program}.py"), f"ws://127.0.0.1:{port}",
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        try:
            told, errors = await asyncio.wait_for(process.communicate(), PATIENCE_S)
        finally:
            if process.returncode is None:
                process.kill()
        assert process.returncode == 0, errors.decode()
        return told.decode().splitlines()


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    ("pair", "needs", "lines"),
    [
        ("websockets", "websockets", [price for each in PRICES for price in each]),
        ("websockets_sync", "websockets", ["price of a: 10", "price of b: 10"]),
        ("websocket_client", "websocket", [price for each in PRICES for price in each]),
    ],
)
def test_both_do_the_same(pair: str, needs: str, lines: List[str], when: str) -> None:
    pytest.importorskip(needs)
    assert asyncio.run(output_of(f"{pair}_{when}")) == lines


def test_every_program_has_its_pair() -> None:
    names = {path.stem for path in PROGRAMS.glob("*.py")}
    pairs = {"websockets", "websockets_sync", "websocket_client"}
    assert names == {f"{pair}_{when}" for pair in pairs for when in ["before", "after"]}
