"""How links of asyncio end, what they refuse afterwards, and that they stay in their loop."""

from __future__ import annotations

import asyncio
import gc
import threading

import pytest
from conftest import PATIENCE_S
from websocket_peer import Peer

import resock

SILENT = "ws://127.0.0.1:9"


def calls_of(link):
    """Every call of a link that has something to do."""
    return [
        lambda: link.send("x"),
        lambda: link.send(b""),
        lambda: link.send_many(["x"]),
        lambda: link.recv(),
        lambda: link.recv_many(),
        lambda: link.messages().__anext__(),
        lambda: link.flush(),
    ]


async def ended_by(call):
    with pytest.raises(resock.Closed) as raised:
        await call()
    return str(raised.value)


def test_after_close_each_call_says_so(run):
    async def main():
        for end in ("close", "abort"):
            link = await resock.connect("echo:")
            await link.close() if end == "close" else link.abort()
            for call in calls_of(link)[:-2]:
                assert await ended_by(call) == "the link was closed; open another one"
            for call in (
                link.retry_now,
                link.ready,
                lambda: link.confirm(1),
                lambda: link.set_options(heartbeat_interval=1),
                lambda: link.set_greeting("key", "x"),
                lambda: link.remove_greeting("key"),
                lambda: link.set_credentials(http_header={"A": "b"}),
                lambda: link.ask_token(1),
            ):
                with pytest.raises(resock.Closed, match="open another one"):
                    call()
            assert [message async for message in link] == []
            assert (link.state, link.stats().state) == ("finished", "finished")
            link.abort()
            await link.close()

    run(main())


def test_after_the_peers_end_each_call_says_why(run):
    async def main():
        async def leave(connection):
            await connection.close(1000, "good night")

        async with Peer(leave) as peer:
            link = await resock.connect(peer.url)
            assert [message async for message in link] == []
            for call in calls_of(link)[:5]:
                assert "good night" in await ended_by(call)
            await link.close()

    run(main())


def test_code_and_reason_reach_the_peer(run):
    async def main():
        seen = asyncio.get_running_loop().create_future()

        async def wait(connection):
            await connection.wait_closed()
            seen.set_result((connection.close_code, connection.close_reason))

        async with Peer(wait) as peer:
            link = await resock.connect(peer.url)
            await link.close(4000, "größer")
            assert await seen == (4000, "größer")
            assert link.record.close_reason == "größer"

    run(main())


def test_close_that_is_refused_changes_nothing(run):
    async def main():
        async with resock.connect("echo:") as link:
            for code, reason in ((999, ""), (1005, ""), (5000, ""), (1000, "x" * 124)):
                with pytest.raises(resock.Invalid):
                    await link.close(code, reason)
            await link.send("goes on")
            assert await link.recv() == "goes on"

    run(main())


def test_what_arrived_before_the_end_can_be_read(run):
    async def main():
        async def say(connection):
            for number in range(100):
                await connection.send(str(number))

        async with Peer(say) as peer, resock.connect(peer.url) as link:
            while link.record is None:
                await link.events().__anext__()
            assert await link.recv_many() == [str(number) for number in range(100)]
            with pytest.raises(resock.Closed):
                await link.recv()

    run(main())


def test_close_does_not_wait_for_a_reader(run):
    async def main():
        async def flood(connection):
            while True:
                await connection.send(bytes(10_000))

        async with Peer(flood) as peer:
            link = await resock.connect(peer.url, events_messages=100)
            while link.stats().messages_received < 200:  # more than this process takes
                await asyncio.sleep(0)
            await link.close()
            assert link.state == "finished"

    run(main())


def test_several_close_at_once(run):
    async def main():
        async with Peer() as peer:
            link = await resock.connect(peer.url)
            await asyncio.gather(*(link.close() for _ in range(5)))
            assert link.record.closed_by_us

    run(main())


def test_error_inside_the_block_comes_out(run):
    async def main():
        with pytest.raises(LookupError):
            async with resock.connect("echo:") as link:
                raise LookupError
        assert link.state == "finished"

    run(main())


def test_one_task_receives(run):
    async def main():
        async with resock.connect("echo:") as link:
            first = asyncio.ensure_future(link.recv())
            await asyncio.sleep(0)
            for call in (link.recv, link.recv_many, link.__anext__, link.messages().__anext__):
                with pytest.raises(resock.Busy, match="asyncio.Queue"):
                    await call()
            await link.send("x")
            assert await first == "x"

    run(main())


def in_another_thread(work):
    """What the coroutine function gives or raises in a loop of another thread."""
    got = []

    def body():
        try:
            got.append(asyncio.run(asyncio.wait_for(work(), PATIENCE_S)))
        except Exception as error:
            got.append(error)

    thread = threading.Thread(target=body)
    thread.start()
    thread.join(PATIENCE_S)
    assert not thread.is_alive()
    return got[0]


def test_another_loop_is_refused(run):
    async def main():
        async with resock.connect("echo:") as link:
            receipt = await link.send("x")
            await receipt
            events = link.events()

            async def settle():
                await receipt

            calls = [*calls_of(link), link.close, events.__anext__]
            for call in calls:
                refused = in_another_thread(call)
                assert isinstance(refused, resock.Busy), (call, refused)
                assert "another event loop" in str(refused)
            assert in_another_thread(settle) is None  # known already: nothing waits
            assert await link.recv() == "x"

    run(main())


def test_link_of_a_loop_that_has_ended(run):
    """Refused by one rule: also where a message waits or the queue has room."""
    links = []

    async def open_one():
        links.append(await resock.connect("echo:"))
        await links[0].send_many(["x", "y"])
        assert await links[0].recv() == "x"
        while not links[0]._has_messages():
            await asyncio.sleep(0)

    async def use():
        for call in calls_of(links[0]):
            with pytest.raises(resock.Busy, match="another event loop"):
                await call()

    run(open_one())
    run(use())
    links.pop().abort()


def test_link_of_a_loop_that_has_ended_with_tasks_that_wait(run):
    links = []

    async def open_one():
        links.append(await resock.connect("echo:"))
        return asyncio.ensure_future(links[0].recv_many(1)), asyncio.ensure_future(links[0].close())

    async def use():
        for call in calls_of(links[0])[3:]:
            with pytest.raises(resock.Busy, match="another event loop"):
                await call()

    run(open_one())
    run(use())
    links.pop().abort()


def test_loops_that_are_closed_early():
    """No task was cancelled, nothing was closed: their objects go without a word."""
    for _ in range(3):
        loop = asyncio.new_event_loop()
        link = loop.run_until_complete(resock.connect(SILENT, wait=False))
        loop.run_until_complete(link.send("never"))
        server = loop.run_until_complete(resock.serve(lambda link: link.close(), "127.0.0.1"))
        calls = (link.close, link.recv, link.flush, link.events().__anext__, server.wait_closed)
        tasks = [loop.create_task(call()) for call in calls]
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
        for task in tasks:
            task._log_destroy_pending = False
        link.abort()
        server.abort()
        assert link.state == "finished"
        del link, loop, tasks, task, server, calls
        gc.collect()
