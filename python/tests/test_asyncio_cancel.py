"""Cancellation at every await: no message is lost by it, and none is sent twice."""

from __future__ import annotations

import asyncio

import pytest
from websocket_peer import Peer

import resock

SILENT = "ws://127.0.0.1:9"


async def cancelled(awaitable, turns=1):
    """Lets it wait for some turns of the loop and cancels it."""
    task = asyncio.ensure_future(awaitable)
    for _ in range(turns):
        await asyncio.sleep(0)
    assert not task.done()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_recv_loses_nothing(run):
    async def main():
        async with resock.connect("echo:") as link:
            for turns in range(4):
                await cancelled(link.recv(), turns)
                await cancelled(link.recv_many(), turns)
                await cancelled(link.messages().__anext__(), turns)
            await link.send("still here")
            assert await link.recv() == "still here"

    run(main())


def test_recv_that_is_cancelled_as_a_message_comes(run):
    """The future is set already, the task has not run yet: the message is for the next one."""

    async def main():
        async with resock.connect("echo:") as link:
            for number in range(20):
                task = asyncio.ensure_future(link.recv())
                await asyncio.sleep(0)
                await link.send(str(number))
                while not link._has_messages():
                    await asyncio.sleep(0)
                task.cancel()
                (ended,) = await asyncio.gather(task, return_exceptions=True)
                if isinstance(ended, asyncio.CancelledError):
                    ended = await link.recv()
                assert ended == str(number)

    run(main())


def test_recv_within_a_time(run):
    async def main():
        async with resock.connect("echo:") as link:
            came = []
            await link.send_many(str(number) for number in range(100))
            while len(came) < 100:
                try:
                    came.append(await asyncio.wait_for(link.recv(), 0.0001))
                except asyncio.TimeoutError:
                    pass
            assert came == [str(number) for number in range(100)]
            for limit in (0, 0.001):
                with pytest.raises(asyncio.TimeoutError):
                    await asyncio.wait_for(link.recv(), limit)

    run(main())


def test_task_that_is_cancelled_before_it_began(run):
    async def main():
        async with resock.connect("echo:") as link:
            for operation in (link.recv(), link.send("never"), link.__anext__()):
                await cancelled(operation, turns=0)
            assert link.stats().messages_accepted == 0

    run(main())


def test_send_that_waits_for_room_is_not_sent(run):
    async def main():
        link = await resock.connect(SILENT, wait=False, queue_messages=1)
        await link.send("1")
        for turns in range(1, 4):
            await cancelled(link.send("never"), turns)
        first, second = (asyncio.create_task(link.send(each)) for each in "ab")
        await asyncio.sleep(0)
        first.cancel()
        link.confirm(1)
        assert (await second).id == 2
        await asyncio.wait([first])
        assert first.cancelled()
        assert link.stats().messages_accepted == 2
        link.abort()

    run(main())


def test_flush_receipt_and_events(run):
    async def main():
        link = await resock.connect(
            SILENT, wait=False, confirm="app", reconnect_min=60, reconnect_max=60
        )
        events = link.events()
        while not isinstance(await events.__anext__(), resock.events.Down):
            pass
        receipt = await link.send("x")

        async def wait():
            await receipt

        for turns in range(1, 4):
            await cancelled(link.flush(), turns)
            await cancelled(wait(), turns)
            await cancelled(events.__anext__(), turns)
        link.confirm(receipt)
        assert await receipt == resock.Level.RECEIVED
        await link.flush()
        assert isinstance(await events.__anext__(), resock.events.Confirmed)
        link.abort()

    run(main())


def test_connect_leaves_nothing_behind(run):
    async def main():
        for turns in range(4):
            await cancelled(resock.connect(SILENT)._open(), turns)

        async def block():
            async with resock.connect(SILENT):
                raise AssertionError

        await cancelled(block(), 2)

    run(main())


def test_close_goes_on_when_it_is_cancelled(run):
    async def main():
        came = []
        closes = asyncio.Event()

        async def read(connection):
            async for message in connection:
                came.append(message)
            closes.set()

        async with Peer(read) as peer:
            link = await resock.connect(peer.url)
            await link.send("last")
            await cancelled(link.close())
            with pytest.raises(resock.Closed):
                await link.send("too late")
            await closes.wait()
            await link.close()
            assert came == ["last"]
            assert link.record.close_code == 1000

    run(main())


def test_block_that_is_cancelled_while_it_closes(run):
    async def main():
        async def block():
            async with resock.connect(SILENT, wait=False) as link:
                await link.send("never")
                links.append(link)

        links = []
        task = asyncio.create_task(block())
        while not (links and links[0]._closes):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert links[0].state == "finished"

    run(main())


def test_a_thousand_cancellations_over_a_connection(run):
    async def main():
        async with Peer() as peer, resock.connect(peer.url, queue_messages=50) as link:
            accepted, came = [], []

            async def send():
                for number in range(1_000):
                    task = asyncio.ensure_future(link.send(str(number)))
                    if number % 3 == 0:
                        await asyncio.sleep(0)
                        task.cancel()
                    (receipt,) = await asyncio.gather(task, return_exceptions=True)
                    if not isinstance(receipt, asyncio.CancelledError):
                        accepted.append(str(number))

            async def receive():
                while True:
                    task = asyncio.ensure_future(link.recv())
                    for _ in range(len(came) % 4):
                        await asyncio.sleep(0)
                    if len(came) % 2:
                        task.cancel()
                    (message,) = await asyncio.gather(task, return_exceptions=True)
                    if isinstance(message, asyncio.CancelledError):
                        message = await link.recv()
                    if message == "end":
                        return
                    came.append(message)

            receiving = asyncio.create_task(receive())
            await send()
            await link.send("end")
            await receiving
            assert len(accepted) >= 600
            assert came == accepted

    run(main())
