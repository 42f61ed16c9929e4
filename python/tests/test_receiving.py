"""How recv() of a link of asyncio waits: for a future of the loop, which it leaves behind clean."""

from __future__ import annotations

import asyncio
import gc
from typing import Any, Awaitable, Callable, Coroutine, List

import pytest

import resock

TIMEOUT_S = 30


class _LoopOfPythonFutures(asyncio.SelectorEventLoop):
    """As loops of other makers: its futures are those written in Python."""

    def create_future(self) -> Any:
        return asyncio.futures._PyFuture(loop=self)  # type: ignore[attr-defined]


@pytest.fixture(params=[asyncio.SelectorEventLoop, _LoopOfPythonFutures])
def run(request: Any) -> Callable[[Callable[[resock.Link], Awaitable[None]]], None]:
    """Runs what is to be done with an open link."""

    async def with_link(work: Callable[[resock.Link], Awaitable[None]]) -> None:
        async with resock.connect("echo:") as link:
            await asyncio.wait_for(work(link), TIMEOUT_S)

    def in_loop(work: Callable[[resock.Link], Awaitable[None]]) -> None:
        loop = request.param()
        try:
            loop.run_until_complete(with_link(work))
        finally:
            loop.close()

    return in_loop


def waiting(link: resock.Link) -> Coroutine[Any, Any, Any]:
    async def receive() -> Any:
        return await link.recv()

    return receive()


async def begun(link: resock.Link) -> asyncio.Task[Any]:
    """A task that waits for a message."""
    task = asyncio.ensure_future(waiting(link))
    while not link._has_receiver():
        await asyncio.sleep(0)
    return task


def test_it_waits_and_is_woken(run: Any) -> None:
    async def work(link: resock.Link) -> None:
        for text in ("a", "b", "c"):
            task = await begun(link)
            await link.send(text)
            assert await task == text
            assert not link._has_receiver()

    run(work)


def test_iteration_waits_likewise(run: Any) -> None:
    async def work(link: resock.Link) -> None:
        got: List[Any] = []

        async def iterate() -> None:
            async for message in link:
                got.append(message)
                if len(got) == 2:
                    return

        task = asyncio.ensure_future(iterate())
        while not link._has_receiver():
            await asyncio.sleep(0)
        await link.send("a")
        await link.send("b")
        await task
        assert got == ["a", "b"]

    run(work)


def test_a_wait_that_is_cancelled_loses_no_message(run: Any) -> None:
    async def work(link: resock.Link) -> None:
        task = await begun(link)
        await link.send("kept")
        while not link._has_messages():  # the task is woken, and has not run
            link._hub.pump.drain()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not link._has_receiver()
        assert await link.recv() == "kept"

    run(work)


def test_a_second_one_is_refused(run: Any) -> None:
    async def work(link: resock.Link) -> None:
        task = await begun(link)
        with pytest.raises(resock.Busy):
            await link.recv()
        await link.send("first")
        assert await task == "first"

    run(work)


def test_one_that_comes_between_is_not_forgotten(run: Any) -> None:
    async def work(link: resock.Link) -> None:
        slow = await begun(link)
        await link.send("a")
        while not link._has_messages():
            link._hub.pump.drain()
        assert await link.recv() == "a"  # before the task that was woken for it
        quick = asyncio.ensure_future(waiting(link))
        slow_ended = asyncio.ensure_future(asyncio.wait([slow], timeout=0))
        await slow_ended
        while not link._has_receiver():
            await asyncio.sleep(0)
        await link.send("b")
        done = await asyncio.gather(slow, quick, return_exceptions=True)
        assert "b" in done
        assert sum(isinstance(each, resock.Busy) for each in done) == 1

    run(work)


def test_one_that_is_dropped_or_closed_waits_no_more(run: Any) -> None:
    async def work(link: resock.Link) -> None:
        dropped = link.recv().__await__()
        next(dropped)
        assert link._has_receiver()
        del dropped
        gc.collect()
        assert not link._has_receiver()
        closed = link.recv()
        closed.send(None)
        assert link._has_receiver()
        closed.close()
        assert not link._has_receiver()

    run(work)


def test_the_end_of_the_link_wakes_it(run: Any) -> None:
    async def work(link: resock.Link) -> None:
        task = await begun(link)
        await link.close()
        with pytest.raises(resock.Closed, match="was closed"):
            await task

    run(work)
