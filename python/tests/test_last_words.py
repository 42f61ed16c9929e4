"""What the last link of a hub leaves unconfirmed is logged before the hub ends."""

from __future__ import annotations

import asyncio
import gc
import logging
import socket
import threading
from typing import Any, Callable, Iterator, List

import pytest
from conftest import PATIENCE_S

import resock

TOLD = "link freed with 1 messages at most not confirmed"


class Heard(logging.Handler):
    """Whether it was logged, by whichever thread."""

    def __init__(self) -> None:
        super().__init__()
        self.told = threading.Event()

    def emit(self, record: logging.LogRecord) -> None:
        if TOLD in record.getMessage():
            self.told.set()


def abort(links: List[Any]) -> None:
    links.pop().abort()


def drop(links: List[Any]) -> None:
    links.pop()
    gc.collect()


@pytest.fixture
def url() -> Iterator[str]:
    """A port that is taken and where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"ws://127.0.0.1:{taken.getsockname()[1]}"


@pytest.mark.parametrize("end", [abort, drop])
def test_of_asyncio(
    url: str, end: Callable[[List[Any]], None], caplog: pytest.LogCaptureFixture
) -> None:
    async def run() -> None:
        links = [await resock.connect(url, wait=False)]
        await links[0].send("x")
        end(links)

    with caplog.at_level(logging.WARNING, "resock"):
        asyncio.run(run())
    assert TOLD in caplog.text


@pytest.mark.parametrize("end", [abort, drop])
@pytest.mark.parametrize("attended", [False, True])
def test_of_blocking_links(
    url: str,
    end: Callable[[List[Any]], None],
    attended: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    on_event = (lambda event: None) if attended else None
    with caplog.at_level(logging.WARNING, "resock"):
        links = [resock.sync.connect(url, wait=False, on_event=on_event)]
        links[0].send("x")
        heard = Heard()
        logging.getLogger("resock").addHandler(heard)
        try:
            end(links)
            # Attended: the thread that calls on_event may be the one that logs it.
            assert heard.told.wait(PATIENCE_S if attended else 0)
        finally:
            logging.getLogger("resock").removeHandler(heard)
