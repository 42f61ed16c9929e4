"""serve(): handlers, TLS, its end, and clients of another maker."""

from __future__ import annotations

import asyncio
import logging
import ssl
import sys
from pathlib import Path

import pytest
from websockets.asyncio.client import connect as other_connect
from websockets.exceptions import ConnectionClosed

import resock

sys.path.append(str(Path(__file__).parents[2] / "tests/peers"))


async def echo(link):
    async for message in link:
        await link.send(message)


def serve(handler=echo, **options):
    return resock.serve(handler, "127.0.0.1", **options)


def test_echo_with_both_kinds_of_clients(run):
    async def main():
        async with serve() as server:
            assert server.addresses == [f"ws://127.0.0.1:{server.port}"]
            assert repr(server) == f"<resock.Server ws://127.0.0.1:{server.port}>"
            async with resock.connect(server.addresses[0]) as link:
                await link.send_many(["text", b"bytes"])
                assert [await link.recv(), await link.recv()] == ["text", b"bytes"]
            async with other_connect(server.addresses[0], compression=None) as other:
                await other.send("text")
                assert await other.recv() == "text"
                assert await (await other.ping()) >= 0
            assert server.stats().accepted == 2

    run(main())


def test_end_of_the_handler_closes_the_link(run):
    async def main():
        async def twice(link):
            await link.send("1")
            await link.send("2")

        async with serve(twice) as server, other_connect(server.addresses[0]) as other:
            assert [message async for message in other] == ["1", "2"]
            assert other.close_code == 1000

    run(main())


def test_handler_that_raises_is_logged(run, caplog):
    async def main():
        async def fail(link):
            raise LookupError("of the program")

        async with serve(fail) as server:
            async with other_connect(server.addresses[0]) as other:
                with pytest.raises(ConnectionClosed):
                    await other.recv()
                assert (other.close_code, other.close_reason) == (4500, "the handler failed")

    with caplog.at_level(logging.ERROR, "resock"):
        run(main())
    assert "the handler of <resock.Link /" in caplog.text
    assert "LookupError: of the program" in caplog.text


def test_handler_that_is_none(run, caplog):
    async def main():
        async with serve(lambda link: None) as server:
            async with other_connect(server.addresses[0]) as other:
                with pytest.raises(ConnectionClosed):
                    await other.recv()
                assert other.close_code == 4500

    with caplog.at_level(logging.ERROR, "resock"):
        run(main())
    assert "coroutine function" in caplog.text


def test_handler_that_never_returns(run, caplog):
    """It is cancelled, with a word, once its link has ended and the time of close() is over."""

    async def main():
        cancelled = asyncio.Event()

        async def wait(link):
            try:
                await asyncio.Event().wait()
            finally:
                cancelled.set()

        server = await serve(wait)
        async with resock.connect(server.addresses[0]):
            server.close(timeout=0.1)
            await server.wait_closed()
            assert cancelled.is_set()

    with caplog.at_level(logging.WARNING, "resock"):
        run(main())
    assert "cancelled" in caplog.text


def test_handler_that_goes_on_behind_its_link(run):
    """What it does with the last messages is not cut off."""

    async def main():
        done = []

        async def slow(link):
            async for message in link:
                pass
            for _ in range(100):
                await asyncio.sleep(0)
            done.append(message)

        async with serve(slow) as server:
            async with resock.connect(server.addresses[0]) as link:
                await link.send("last")
        assert done == ["last"]

    run(main())


def test_close_waits_for_what_was_sent(run):
    async def main():
        begun = asyncio.Event()

        async def flood(link):
            await link.send_many(str(number) for number in range(2_000))
            begun.set()
            await link.recv()

        server = await serve(flood)
        async with other_connect(server.addresses[0], max_queue=4) as other:
            await begun.wait()
            server.close()
            server.close()  # nothing more
            assert [int(message) async for message in other] == list(range(2_000))
            assert other.close_code == 1001
        await server.wait_closed()
        with pytest.raises(OSError):
            await other_connect(server.addresses[0])

    run(main())


def test_close_with_a_client_that_nobody_reads(run):
    async def main():
        began = asyncio.Event()

        async def ignore(link):
            began.set()
            await asyncio.Event().wait()

        server = await serve(ignore, events_messages=10)
        async with resock.connect(server.addresses[0], wait=False, close_timeout=0.1) as link:
            await began.wait()
            flood = asyncio.ensure_future(link.send_many(bytes(1_000) for _ in range(9_000)))
            server.close(timeout=0.2)
            await server.wait_closed()
            link.abort()
            await asyncio.gather(flood, return_exceptions=True)

    run(main())


def test_abort_cuts_everything(run):
    async def main():
        ended = []

        async def wait(link):
            try:
                await link.recv()
            except BaseException as error:
                ended.append(type(error))
                raise

        server = await serve(wait)
        async with other_connect(server.addresses[0]) as other:
            while not server.links:
                await asyncio.sleep(0)
            (link,) = server.links
            await asyncio.sleep(0)
            server.abort()
            with pytest.raises(ConnectionClosed):
                await other.recv()
            assert link.state == "finished"
            await server.wait_closed()
        assert ended == [asyncio.CancelledError]

    run(main())


def test_serve_forever_until_it_is_closed(run):
    async def main():
        server = await serve()
        forever = asyncio.create_task(server.serve_forever())
        await asyncio.sleep(0)
        server.close()
        await forever
        await server.wait_closed()
        server = await serve()
        forever = asyncio.create_task(server.serve_forever())
        await asyncio.sleep(0)
        forever.cancel()
        with pytest.raises(asyncio.CancelledError):
            await forever
        server.abort()

    run(main())


def test_block_that_is_cancelled(run):
    async def main():
        began = asyncio.Event()

        async def block():
            async with serve() as server:
                async with resock.connect(server.addresses[0]):
                    began.set()
                    await asyncio.Event().wait()

        task = asyncio.create_task(block())
        await began.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(main())


def test_address_that_is_taken(run):
    async def main():
        async with serve() as server:
            with pytest.raises(resock.IOFailed, match=str(server.port)) as raised:
                await serve(port=server.port)
            assert isinstance(raised.value, OSError)

    run(main())


def test_tls(run, tmp_path):
    from authority import Authority

    authority = Authority(tmp_path)

    async def main():
        async with serve(tls_cert_file=authority.chain, tls_key_file=authority.key) as server:
            assert server.addresses[0].startswith("wss://")
            async with resock.connect(server.addresses[0], tls_ca_file=authority.ca) as link:
                await link.send("secret")
                assert await link.recv() == "secret"
            context = ssl.create_default_context(cafile=authority.ca)
            async with other_connect(server.addresses[0], ssl=context) as other:
                await other.send("secret")
                assert await other.recv() == "secret"
            server.reload()

    run(main())
