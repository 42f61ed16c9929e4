"""What a link of asyncio tells: events, callables, numbers; and what may be changed on it."""

from __future__ import annotations

import asyncio
import logging

import pytest
from websocket_peer import Peer

import resock
from resock import events

SILENT = "ws://127.0.0.1:9"


def test_events_from_now_on(run):
    async def main():
        async with resock.connect("echo:") as link:
            first, second = link.events(), link.events()
            receipt = await link.send("x")
            confirmed = await first.__anext__()
            assert isinstance(confirmed, events.Confirmed)
            while confirmed.level < resock.Level.RECEIVED:
                confirmed = await first.__anext__()
            assert confirmed.through == receipt.id
        rest = [event async for event in first]
        assert isinstance(rest[-1], events.Closed)
        seen = [event async for event in second]
        assert seen[-len(rest):] == rest
        assert [event async for event in link.events()] == []

    run(main())


def test_one_task_for_each_stream(run):
    async def main():
        link = await resock.connect(SILENT, wait=False, reconnect_min=60, reconnect_max=60)
        stream = link.events()
        await stream.__anext__()
        reading = asyncio.ensure_future(stream.__anext__())
        await asyncio.sleep(0)
        with pytest.raises(resock.Busy, match="call link.events\\(\\) once for each"):
            await stream.__anext__()
        link.abort()
        with pytest.raises(StopAsyncIteration):
            await reading

    run(main())


def test_slow_reader_of_events_is_told_what_it_missed(run):
    async def main():
        async with Peer() as peer, resock.connect(peer.url) as link:
            stream = link.events()
            stream.most = 3
            for number in range(10):
                await (await link.send(str(number)))
            assert len(stream._waiting) == 3
            assert stream.skipped >= 7
            assert (await stream.__anext__()).through > 1

    run(main())


def test_on_event_sees_all_in_order(run):
    async def main():
        seen = []
        async with Peer() as peer, resock.connect(peer.url, on_event=seen.append) as link:
            await (await link.send("x"))
        await asyncio.sleep(0)
        assert isinstance(seen[0], events.Opened)
        assert any(isinstance(each, events.Confirmed) for each in seen)
        assert isinstance(seen[-1], events.Closed)
        assert all(each.link_id == link.id for each in seen)

    run(main())


def test_on_event_that_raises_is_logged(run, caplog):
    async def main():
        def on_event(event):
            raise LookupError("of the program")

        async with resock.connect("echo:", on_event=on_event) as link:
            await link.send("x")
            assert await link.recv() == "x"

    with caplog.at_level(logging.ERROR, "resock"):
        run(main())
    assert "on_event of <resock.Link echo:" in caplog.text
    assert "LookupError: of the program" in caplog.text


@pytest.mark.parametrize("end", ["abort", "close"])
def test_the_end_inside_on_event(run, end):
    async def main():
        closing = []

        def on_event(event):
            if isinstance(event, events.Confirmed) and not closing:
                if end == "abort":
                    closing.append(link.abort())
                else:
                    closing.append(asyncio.ensure_future(link.close()))

        link = await resock.connect("echo:", on_event=on_event)
        await link.send("x")
        assert [message async for message in link] in (["x"], [])
        if end == "close":
            await closing[0]
        assert link.state == "finished"

    run(main())


def _asking(peer_checks):
    """A server that asks for the header Authorization."""

    async def check(connection, request):
        return peer_checks(connection, request.headers.get("Authorization"))

    return Peer(process_request=check)


def _only_fresh(connection, given):
    return None if given == "fresh" else connection.respond(401, "stale\n")


def test_credentials_by_a_function(run):
    async def main():
        asked = []

        def credentials(event):
            asked.append(event)
            return {"http_header": {"Authorization": "fresh"}}

        async with _asking(_only_fresh) as peer:
            async with resock.connect(peer.url, credentials=credentials) as link:
                await link.send("x")
                assert await link.recv() == "x"
            assert [each.http_status for each in asked] == [None]
            asked.clear()
            async with resock.connect(
                peer.url, credentials=credentials, credentials_when="refused"
            ):
                assert [each.http_status for each in asked] == [401]

    run(main())


def test_credentials_by_a_coroutine(run):
    async def main():
        async def credentials(event):
            await asyncio.sleep(0)
            return {"http_header": [("Authorization", "fresh")]}

        async with _asking(_only_fresh) as peer, resock.connect(
            peer.url, credentials=credentials
        ) as link:
            assert link.state == "open"

    run(main())


@pytest.mark.parametrize("fails", ["raises", "none", "nonsense", "wrong option", "raises later"])
def test_credentials_that_are_not_to_be_had(run, caplog, fails):
    async def main():
        async def later():
            raise LookupError("no token")

        def credentials(event):
            if fails == "raises":
                raise LookupError("no token")
            return {
                "none": None, "nonsense": 7, "wrong option": {"delivery": "x"}
            }[fails] if fails != "raises later" else later()

        async with _asking(_only_fresh) as peer:
            with pytest.raises((resock.Refused, resock.ConnectFailed)):
                await resock.connect(peer.url, credentials=credentials)

    with caplog.at_level(logging.ERROR, "resock"):
        run(main())
    assert ("credentials of <resock.Link" in caplog.text) == (fails != "none")


def test_credentials_that_never_come(run):
    """The link may be left while its callable still waits; the task goes with it."""

    async def main():
        begun, ended = asyncio.Event(), asyncio.Event()

        async def credentials(event):
            begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()

        link = await resock.connect(SILENT, wait=False, credentials=credentials)
        await begun.wait()
        link.abort()
        await ended.wait()

    run(main())


def test_new_credentials_revive_a_stopped_link(run):
    async def main():
        async with _asking(_only_fresh) as peer:
            link = await resock.connect(peer.url, wait=False, reconnect_hold=60)
            stream = link.events()
            while link.state != "stopped":
                await stream.__anext__()
            link.set_credentials(http_header={"Authorization": "fresh"})
            while link.state != "open":
                await stream.__anext__()
            await link.close()

    run(main())


def test_greeting_comes_first_on_every_connection(run):
    async def main():
        came = []
        both = asyncio.Event()

        async def read(connection):
            mine = []
            came.append(mine)
            async for message in connection:
                mine.append(message)
                if message in ("one", "two"):
                    both.set()

        async with Peer(read) as peer, resock.connect(peer.url, reconnect_min=0.01) as link:
            link.set_greeting("login", "me")
            link.set_greeting(b"feed", b"subscribe")
            link.set_greeting("gone", bytearray(b"x"))
            link.remove_greeting("gone")
            await link.send("one")
            await both.wait()
            both.clear()
            peer.cut()
            await link.send("two")
            await both.wait()
            assert came[-1][:2] == ["me", b"subscribe"]
            assert came[-1][-1] == "two"

    run(main())


def test_greeting_is_held_until_it_was_answered(run):
    async def main():
        async def login(connection):
            assert await connection.recv() == "login"
            await connection.send("welcome")
            await connection.send(await connection.recv())

        async with Peer(login) as peer:
            async with resock.connect(peer.url, wait=False, greeting_hold=True) as link:
                link.set_greeting("login", "login")
                await link.send("work")
                assert await link.recv() == "welcome"
                link.ready()
                assert await link.recv() == "work"

    run(main())
