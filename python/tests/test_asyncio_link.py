"""Links for asyncio: opening, sending and receiving."""

from __future__ import annotations

import asyncio
import ssl
import sys
from pathlib import Path

import pytest
from websocket_peer import Peer

import resock

sys.path.append(str(Path(__file__).parents[2] / "tests/peers"))


def test_block_opens_and_closes(run):
    async def main():
        async with resock.connect("echo:") as link:
            assert link.state == "open"
            assert link.opened.connection == 1
            await link.send("hello")
            assert await link.recv() == "hello"
        assert link.state == "finished"
        assert (link.record.close_code, link.record.closed_by_us) == (1000, True)
        assert repr(link) == "<resock.Link echo: finished>"

    run(main())


def test_awaited_it_gives_a_link(run):
    async def main():
        link = await resock.connect("echo:")
        async with link as same:
            assert same is link
        await link.close()  # a second time

    run(main())


def test_one_connect_opens_links_of_its_own_each_time(run):
    async def main():
        opening = resock.connect("echo:")
        first, second = await opening, await opening
        assert first.id != second.id
        await first.close()
        await second.send("still")
        assert await second.recv() == "still"
        await second.close()

    run(main())


def test_text_is_str_and_all_else_bytes(run):
    async def main():
        async with resock.connect("echo:") as link:
            for data, comes in (
                ("größer 🎈\0", "größer 🎈\0"),
                ("", ""),
                (b"", b""),
                (b"\xff\0", b"\xff\0"),
                (bytearray(b"array"), b"array"),
                (memoryview(b"a view")[2:], b"view"),
            ):
                await link.send(data)
                came = await link.recv()
                assert (type(came), came) == (type(comes), comes)

    run(main())


def test_iteration_ends_with_the_link(run):
    async def main():
        async def three(connection):
            for number in range(3):
                await connection.send(str(number))
            await connection.close(1000, "enough")

        async with Peer(three) as peer, resock.connect(peer.url) as link:
            assert [message async for message in link] == ["0", "1", "2"]
            assert link.record.close_code == 1000
            with pytest.raises(resock.Closed, match="enough") as raised:
                await link.recv()
            assert raised.value.record is link.record

    run(main())


def test_iteration_raises_what_ended_the_link(run):
    async def main():
        async def forbid(connection):
            await connection.close(3003, "not you")

        async with Peer(forbid) as peer, resock.connect(peer.url) as link:
            with pytest.raises(resock.Closed, match="3003"):
                async for _ in link:
                    pass
            with pytest.raises(resock.Closed):
                await link.recv_many()
            with pytest.raises(resock.Closed):
                await link.messages().__anext__()

    run(main())


def test_many_at_once_stay_in_order(run):
    async def main():
        sent = [str(number) for number in range(2_500)]
        async with resock.connect("echo:") as link:
            receipts = await link.send_many(sent)
            assert [each.id for each in receipts] == list(range(1, 2_501))
            came = []
            while len(came) < len(sent):
                some = await link.recv_many(700)
                assert 0 < len(some) <= 700
                came += some
            assert came == sent
            assert await link.send_many([]) == []
            assert len(await link.send_many(text for text in ("a", "b"))) == 2

    run(main())


def test_messages_are_objects(run):
    async def main():
        async with resock.connect("echo:") as link:
            await link.send_many(["text", b"bytes"])
            seen = []
            async for message in link.messages():
                message.done()
                seen.append((message.data, message.number, message.redelivered, message.expired))
                if len(seen) == 2:
                    break
            assert seen == [("text", 0, False, False), (b"bytes", 0, False, False)]

    run(main())


def test_large_message_goes_there_and_back(run):
    async def main():
        size = 64 << 20
        async with resock.connect("echo:", message_max=size, queue_bytes=2 * size) as link:
            data = bytes(range(256)) * (size // 256)
            await link.send(data)
            assert await link.recv() == data
            with pytest.raises(resock.TooBig, match="message_max"):
                await link.send(data + b"!")
            await link.send("goes on")
            assert await link.recv() == "goes on"

    run(main())


def test_tls_with_a_certificate_that_is_ours(run, tmp_path):
    from authority import Authority

    authority = Authority(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.chain, authority.key)

    async def main():
        async with Peer(ssl=context) as peer:
            async with resock.connect(peer.url, tls_ca_file=authority.ca) as link:
                await link.send("secret")
                assert await link.recv() == "secret"
                assert link.opened.tls.startswith("TLSv1.3")
            with pytest.raises(resock.TLSError, match="tls_ca_file") as raised:
                await resock.connect(peer.url, tls_ca_file=authority.key.parent / "other.pem")
            assert raised.value.record.layer == "tls"

    (tmp_path / "other").mkdir()
    other = Authority(tmp_path / "other")
    (tmp_path / "other.pem").write_text(other.ca.read_text())
    run(main())


def test_what_cannot_get_better_is_raised(run):
    async def main():
        async def refuse(connection, request):
            return connection.respond(403, "no\n")

        async with Peer(process_request=refuse) as peer:
            with pytest.raises(resock.Refused) as raised:
                await resock.connect(peer.url)
            assert raised.value.http_status == 403
            assert isinstance(raised.value, (resock.ConnectFailed, ConnectionError))
        with pytest.raises(resock.Unreachable) as raised:
            await resock.connect(peer.url, reconnect_attempts=1)
        assert raised.value.record.cause == "tcp-refused"

    run(main())


def test_without_wait_messages_wait_for_the_connection(run):
    async def main():
        peer = Peer()
        async with peer:
            pass  # the port is free again
        async with resock.connect(peer.url, wait=False, reconnect_min=0.01) as link:
            assert link.opened is None
            receipt = await link.send("early")
            assert receipt.level is None
            async with peer:
                link.retry_now()
                assert await link.recv() == "early"
                assert await receipt == resock.Level.RECEIVED
                await link.close()

    run(main())


def test_another_librarys_way_to_reconnect_is_told_ours():
    with pytest.raises(TypeError, match="async with resock.connect"):
        resock.connect("echo:").__aiter__()
    with pytest.raises(TypeError, match="link.events"):

        async def on_event(event):
            pass

        resock.connect("echo:", on_event=on_event)


def test_debug_mode_has_nothing_to_say(run):
    async def main():
        asyncio.get_running_loop().set_debug(True)
        async with resock.connect("echo:") as link:
            task = asyncio.create_task(link.recv())
            assert "Link.recv" in repr(task)
            await link.send("x")
            assert await task == "x"

    run(main())
