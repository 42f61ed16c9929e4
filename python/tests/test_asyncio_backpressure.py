"""What happens where one side is faster: the queue of a sender, the bound of a slow reader."""

from __future__ import annotations

import asyncio

import pytest
from websocket_peer import Peer

import resock

SILENT = "ws://127.0.0.1:9"  # nobody listens: what is sent stays in the queue


def silent(**options):
    return resock.connect(SILENT, wait=False, queue_messages=2, **options)


def test_send_waits_for_room_and_keeps_the_order(run):
    async def main():
        came = []

        async def read(connection):
            async for message in connection:
                came.append(int(message))

        async with Peer(read) as peer, resock.connect(peer.url, queue_messages=8) as link:

            async def send(first):
                for number in range(first, first + 100):
                    await link.send(str(number))

            await asyncio.gather(send(0), send(1_000))
            await link.send_many(str(number) for number in range(2_000, 2_100))
            await link.flush()
            assert link.stats().queued_messages == 0
        assert [each for each in came if each < 1_000] == list(range(100))
        assert [each for each in came if 1_000 <= each < 2_000] == list(range(1_000, 1_100))
        assert came[-100:] == list(range(2_000, 2_100))

    run(main())


def test_waiting_senders_take_turns(run):
    async def main():
        link = await silent()
        await link.send_many(["1", "2"])
        tasks = [asyncio.create_task(link.send(str(number))) for number in range(3, 6)]
        await asyncio.sleep(0)
        assert not any(task.done() for task in tasks)
        assert link.stats().queued_messages == 2
        link.confirm(2, through=True)
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        assert tasks[0].done()
        link.confirm(tasks[0].result().id, through=True)
        await asyncio.gather(*tasks[:2])
        link.confirm(tasks[1].result().id, through=True)
        assert [(await task).id for task in tasks] == [3, 4, 5]
        link.abort()

    run(main())


def test_full_queue_as_an_error(run):
    async def main():
        link = await silent(queue_full="error")
        assert len(await link.send_many(["1", "2"])) == 2
        with pytest.raises(resock.QueueFull, match="queue_messages") as raised:
            await link.send("3")
        assert raised.value.status == "QUEUE_FULL"
        seen = link.events()
        link.confirm(1, through=False)
        async for event in seen:
            if isinstance(event, resock.events.Writable):
                break
        assert (await link.send("3")).id == 3
        link.abort()

    run(main())


def test_full_queue_drops_the_oldest(run):
    async def main():
        link = await silent(queue_full="drop-oldest")
        receipts = [await link.send(str(number)) for number in range(3)]
        with pytest.raises(resock.Dropped):
            await receipts[0]
        assert receipts[2].failure is None
        link.abort()

    run(main())


def test_send_timeout_says_what_to_do(run):
    async def main():
        link = await silent(send_timeout=0.01)
        await link.send_many(["1", "2"])
        with pytest.raises(resock.Timeout, match="send_timeout=0.01 s.*queue_messages"):
            await link.send("3")
        with pytest.raises(resock.Timeout):
            await link.send_many(["3", "4"])
        assert link.stats().messages_accepted == 2
        link.abort()

    run(main())


def test_end_of_the_link_ends_the_wait_for_room(run):
    async def main():
        for end in (lambda link: link.abort(), lambda link: asyncio.ensure_future(link.close())):
            link = await silent(close_timeout=0.01)
            await link.send_many(["1", "2"])
            sending = [asyncio.create_task(link.send("x")) for _ in range(3)]
            await asyncio.sleep(0)
            end(link)
            ended = await asyncio.gather(*sending, return_exceptions=True)
            assert [type(each) for each in ended] == [resock.Closed] * 3
            await link.close()

    run(main())


def test_options_of_the_queue_change_while_it_is_open(run):
    async def main():
        link = await silent(send_timeout=0.01)
        other = await silent(send_timeout=0.01)
        await link.send_many(["1", "2"])
        await other.send_many(["1", "2"])
        link.set_options(queue_full="error")
        with pytest.raises(resock.QueueFull):
            await link.send("3")
        link.set_options(queue_full="wait", send_timeout=0.02)
        with pytest.raises(resock.Timeout, match="0.02 s"):
            await link.send("3")
        with pytest.raises(resock.Timeout, match="0.01 s"):
            await other.send("3")
        link.set_options(queue_messages=3)
        assert (await link.send("3")).id == 3
        link.abort()
        other.abort()

    run(main())


def test_slow_reader_is_felt_by_the_peer(run):
    """What waits in this process is bounded: the sender at the other end comes to a halt."""
    size = 64 << 10

    async def main():
        sent = 0
        halted = asyncio.Event()
        goes_on = asyncio.Event()

        async def flood(connection):
            nonlocal sent
            while sent < 2_000:
                sending = asyncio.ensure_future(connection.send(bytes(size)))
                _, late = await asyncio.wait([sending], timeout=1)
                if late:
                    halted.set()
                    await goes_on.wait()
                await sending
                sent += 1
            await connection.close()

        async with Peer(flood) as peer, resock.connect(
            peer.url, events_bytes="1MiB", heartbeat_interval=0.05, heartbeat_timeout=0.2
        ) as link:
            await halted.wait()
            assert sent * size < 32 << 20
            goes_on.set()
            came = [len(message) async for message in link]
            assert came == [size] * 2_000

    run(main())
