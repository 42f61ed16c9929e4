"""Receipts of links for asyncio: levels, failures, and who waits for them."""

from __future__ import annotations

import asyncio

import pytest
from websocket_peer import Peer

import resock
from resock import Level


def test_levels_are_reached_in_order(run):
    async def main():
        async with resock.connect("echo:") as link:
            receipt = await link.send("x")
            assert receipt.id == 1
            assert await receipt.written >= Level.WRITTEN
            assert await receipt.received == Level.RECEIVED
            assert await receipt is Level.RECEIVED
            assert receipt.level == Level.RECEIVED
            assert receipt.done()
            assert receipt.failure is None
            assert repr(receipt) == "<resock.Receipt 1: received>"

    run(main())


def test_before_a_connection_nothing_is_reached(run):
    async def main():
        link = await resock.connect("ws://127.0.0.1:9", wait=False, close_timeout=0.01)
        receipt = await link.send("x")
        assert (receipt.level, receipt.done()) == (None, False)
        assert repr(receipt) == "<resock.Receipt 1: accepted>"
        await link.close()
        with pytest.raises(resock.NotSent, match="message 1 was not sent") as raised:
            await receipt
        assert (raised.value.id, raised.value.reason) == (1, resock.Reason.NOT_SENT)
        assert receipt.done()
        assert isinstance(receipt.failure, resock.NotSent)
        assert repr(receipt) == "<resock.Receipt 1: failed>"
        with pytest.raises(resock.NotSent):
            await receipt.written

    run(main())


def test_awaited_twice_and_by_several(run):
    async def main():
        async with Peer() as peer, resock.connect(peer.url) as link:
            receipt = await link.send("x")

            async def wait():
                return await receipt

            assert await asyncio.gather(wait(), wait(), wait()) == [Level.RECEIVED] * 3
            assert await receipt == await receipt == Level.RECEIVED

    run(main())


def test_receipts_of_a_gather(run):
    async def main():
        async with Peer() as peer, resock.connect(peer.url) as link:
            receipts = await asyncio.gather(*(link.send(str(number)) for number in range(50)))
            assert sorted(each.id for each in receipts) == list(range(1, 51))
            assert set(await asyncio.gather(*receipts)) == {Level.RECEIVED}

    run(main())


def test_levels_that_never_come_are_refused(run):
    async def main():
        async with resock.connect("echo:") as link:
            receipt = await link.send("x")
            with pytest.raises(resock.NotSupported, match="outbox_path"):
                await receipt.stored
            with pytest.raises(resock.NotSupported, match="exactly-once"):
                await receipt.processed
            with pytest.raises(resock.NotSupported, match="exactly-once"):
                await link.flush(Level.PROCESSED)

    run(main())


def test_without_confirmation_written_is_final(run):
    async def main():
        async with Peer() as peer, resock.connect(
            peer.url, delivery="at-most-once", confirm="off"
        ) as link:
            receipt = await link.send("x")
            assert await receipt == Level.WRITTEN
            with pytest.raises(resock.NotSupported, match="confirm='off'"):
                await receipt.received
            await link.flush(Level.WRITTEN)

    run(main())


def test_unkept_message_is_dropped_or_written(run):
    async def main():
        async with Peer() as peer, resock.connect(peer.url) as link:
            assert await (await link.send("x", kept=False)) == Level.WRITTEN

    run(main())


def test_ttl_ends_in_expired(run):
    async def main():
        link = await resock.connect("ws://127.0.0.1:9", wait=False)
        receipt = await link.send("x", ttl=0.001)
        with pytest.raises(resock.Expired, match="expired"):
            await receipt
        link.abort()

    run(main())


def test_message_that_the_peer_refuses(run):
    async def main():
        async with Peer(max_size=100) as peer, resock.connect(
            peer.url, reconnect_min=0.01
        ) as link:
            good, bad, later = await link.send_many(["good", "bad" * 100, "later"])
            with pytest.raises(resock.MessageRefused):
                await bad
            assert await good == Level.RECEIVED
            assert await later == Level.RECEIVED

    run(main())


def test_end_of_the_link_wakes_who_waits(run):
    async def main():
        async def silent(connection):
            await connection.wait_closed()

        async with Peer(silent) as peer:
            link = await resock.connect(peer.url, confirm="app", close_timeout=0.01)
            receipt = await link.send("x")

            async def settle():
                await receipt

            waiting = [asyncio.create_task(each()) for each in (settle, link.recv, link.flush)]
            await receipt.written
            await link.close()
            ended = await asyncio.gather(*waiting, return_exceptions=True)
            assert [type(each) for each in ended[:2]] == [resock.InDoubt, resock.Closed]
            assert ended[2] is None  # everything has ended

    run(main())


def test_abort_wakes_who_waits(run):
    async def main():
        link = await resock.connect("ws://127.0.0.1:9", wait=False)
        receipt = await link.send("x")

        async def settle():
            await receipt

        async def watch():
            async for _ in link.events():
                pass

        tasks = [asyncio.create_task(each()) for each in (settle, link.flush, link.recv, watch)]
        await asyncio.sleep(0)
        link.abort()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(each) for each in ended[:3]] == [resock.Closed] * 3
        assert ended[3] is None

    run(main())


def test_application_confirms(run):
    async def main():
        async with Peer() as peer, resock.connect(peer.url, confirm="app") as link:
            first, second, third = await link.send_many("abc")
            link.confirm(first)
            assert await first == Level.RECEIVED
            assert second.level in (None, Level.WRITTEN)
            link.confirm(third.id, through=True)
            assert await third == Level.RECEIVED
            with pytest.raises(resock.Invalid, match="no message with id 9"):
                link.confirm(9)

    run(main())


def test_flush_waits_for_all(run):
    async def main():
        async with Peer() as peer, resock.connect(peer.url) as link:
            receipts = await link.send_many(str(number) for number in range(100))
            await link.flush()
            assert all(each.done() for each in receipts)
            await link.flush()  # of nothing
        link = await resock.connect("ws://127.0.0.1:9", wait=False)
        await link.send("x")
        with pytest.raises(resock.Timeout, match="within 0.01 s"):
            await link.flush(timeout=0.01)
        link.abort()

    run(main())
