"""Connections that break: servers of `websockets`, cut and killed, and what becomes of messages."""

from __future__ import annotations

import asyncio
import random

from websocket_peer import Peer

import resock
from resock import events

MESSAGES = 5_000


def without_repeats(numbers):
    return list(dict.fromkeys(numbers))


def test_nothing_is_lost_over_cuts(run):
    seed = random.randrange(1 << 32)
    print("seed", seed)
    chance = random.Random(seed)

    async def main():
        came = []

        async def read(connection):
            async for message in connection:
                came.append(int(message))
                if chance.random() < 0.004:
                    connection.transport.abort()

        async with Peer(read) as peer, resock.connect(
            peer.url, reconnect_min=0.01, queue_messages=300
        ) as link:
            for number in range(0, MESSAGES, 10):
                receipts = await link.send_many(str(number + each) for each in range(10))
            assert await receipts[-1] == resock.Level.RECEIVED
            await link.flush()
            assert link.stats().connections > 1
        assert without_repeats(came) == list(range(MESSAGES))

    run(main())


def test_server_that_is_killed_and_comes_back(run):
    async def main():
        came = []

        async def read(connection):
            async for message in connection:
                came.append(int(message))
                await connection.send(message)

        peer = Peer(read)
        await peer.start()
        async with resock.connect(peer.url, reconnect_min=0.01, reconnect_max=0.05) as link:
            stream = link.events()
            for round in range(3):
                await link.send_many(str(round * 100 + each) for each in range(50))
                await peer.kill()
                while not isinstance(await stream.__anext__(), events.Down):
                    pass
                await link.send_many(str(round * 100 + 50 + each) for each in range(50))
                await peer.start()
                await link.flush()
        await peer.kill()
        assert without_repeats(came) == list(range(300))

    run(main())


def test_reading_goes_on_behind_a_cut(run):
    async def main():
        number = 0

        async def count(connection):
            nonlocal number
            for _ in range(10):
                await connection.send(str(number))
                number += 1
            await connection.ping()
            await connection.recv()  # "go on"
            connection.transport.abort()

        async with Peer(count) as peer, resock.connect(peer.url, reconnect_min=0.01) as link:
            came = []
            async for message in link:
                came.append(int(message))
                if len(came) % 10 == 0:
                    await link.send("go on")
                if len(came) == 50:
                    break
            assert came == list(range(50))

    run(main())


def test_awaited_receipt_outlives_a_cut(run):
    async def main():
        cut = asyncio.Event()

        async def read(connection):
            if not cut.is_set():
                await connection.recv()
                cut.set()
                connection.transport.abort()
            await connection.wait_closed()

        async with Peer(read) as peer:
            async with resock.connect(peer.url, confirm="app", reconnect_min=0.01) as link:
                receipt = await link.send("x")
                await cut.wait()
                stream = link.events()
                while link.stats().connections < 2:
                    await stream.__anext__()
                link.confirm(receipt)
                assert await receipt == resock.Level.RECEIVED
                assert link.opened.connection == 2
                assert link.opened.downtime >= 0  # the first wait may be none

    run(main())


def test_at_most_once_tells_what_is_in_doubt(run):
    async def main():
        async def cut(connection):
            await connection.recv()
            connection.transport.abort()

        async with Peer(cut) as peer, resock.connect(
            peer.url, delivery="at-most-once", reconnect_min=0.01, confirm_interval=60,
            confirm_min_interval=60,
        ) as link:
            receipt = await link.send("x")
            stream = link.events()
            while receipt.failure is None and not receipt.done():
                await stream.__anext__()
            assert isinstance(receipt.failure, resock.InDoubt)

    run(main())


def test_attempts_that_are_used_up(run):
    async def main():
        async with Peer() as peer:
            link = await resock.connect(
                peer.url, reconnect_attempts=2, reconnect_min=0.01, reconnect_max=0.02
            )
            await (await link.send("x"))
            assert await link.recv() == "x"
        receipt = await link.send("never")
        try:
            async for _ in link:
                pass
        except resock.Error as error:
            assert error.record.limits_reached
        else:
            raise AssertionError("the iteration ended without a word")
        # In doubt where the link had not noticed yet that the peer is gone.
        assert isinstance(receipt.failure, (resock.NotSent, resock.InDoubt))
        await link.close()

    run(main())
