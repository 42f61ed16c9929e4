"""What on_request decides holds for the package, too; what cannot be done ends in an answer."""

from __future__ import annotations

import asyncio
import gc
import logging
from contextlib import suppress

import pytest
from websockets.asyncio.client import connect as other_connect

import resock


async def handled(decision, handler, **options):
    """What the handler returned or raised for one client of another maker, or of ours."""
    results = asyncio.get_running_loop().create_future()

    async def wrapped(link):
        try:
            results.set_result(await handler(link))
        except Exception as error:
            results.set_exception(error)

    quick = {"close_timeout": 1}  # for a message that nobody is done with
    async with resock.serve(
        wrapped, "127.0.0.1", on_request=lambda _: decision, **quick
    ) as server:
        if options:
            async with resock.connect(server.addresses[0], **options, **quick) as link:
                with suppress(resock.Closed):  # the handler has ended already
                    await link.send("x")
                return await results
        async with other_connect(server.addresses[0]):
            return await results


async def send_two(link):
    await link.send("1")
    return await link.send("2")  # there is room once the client has answered


def test_waiting_for_room_leaves_the_loop_to_others(run):
    decision = {"queue_full": "wait", "queue_messages": 1, "send_timeout": 5}
    assert run(handled(decision, send_two)).id == 2


def test_queue_that_does_not_wait(run):
    with pytest.raises(resock.QueueFull):
        run(handled({"queue_full": "error", "queue_messages": 1}, send_two))


def test_messages_are_done_by_hand(run):
    async def receive(link):
        return await link.recv()

    with pytest.raises(resock.NotSupported, match="link.messages"):
        run(handled({"session_done": "manual"}, receive, delivery="exactly-once"))


def test_receipt_of_a_link_without_confirmation(run):
    async def send(link):
        return await (await link.send("x"))

    decision = {"delivery": "at-most-once", "confirm": "off"}
    assert run(handled(decision, send)) is resock.Level.WRITTEN


@pytest.mark.parametrize(
    "decision",
    [resock.Reject(403, headers={"bad name": "x"}), resock.Reject(403, 5)],
    ids=["a header's name", "a body"],
)
def test_answer_that_cannot_be_sent_is_500(run, caplog, decision):
    async def main():
        async with resock.serve(asyncio.sleep, "127.0.0.1", on_request=lambda _: decision) as server:
            with pytest.raises(resock.Refused) as raised:
                await resock.connect(server.addresses[0], verdict_500="stop")
            assert raised.value.http_status == 500

    with caplog.at_level(logging.ERROR, "resock"):
        run(main())
    (record,) = caplog.records
    assert "cannot be sent" in record.message
    assert (record.link_id, record.url, record.dropped) == (0, None, 0)


@pytest.mark.parametrize("headers", [{"X": "a\r\nSet-Cookie: b"}, {"X\nY": "a"}, {"X": "a\0"}])
def test_header_that_would_begin_another(headers):
    with pytest.raises(ValueError, match="one line each"):
        resock.Reject(403, headers=headers)


def test_close_with_a_wrong_argument_is_no_close(run):
    async def main():
        async with resock.serve(asyncio.sleep, "127.0.0.1") as server:
            with pytest.raises(resock.Invalid):
                server.close(code=7)

    run(main())


def test_handler_that_is_cancelled_cuts_its_link(run):
    async def main():
        begun = asyncio.Event()

        async def handler(link):
            begun.set()
            await asyncio.Event().wait()

        async with resock.serve(handler, "127.0.0.1") as server:
            async with other_connect(server.addresses[0]):
                await begun.wait()
                (task,) = server._tasks
                task.cancel()
                await asyncio.wait([task])
                assert task.cancelled()
                assert server.links == []

    run(main())


def test_none_is_as_not_given(run):
    async def main():
        nothing = {"tls_cert_file": None, "listen_url": None, "listen_accept": None}
        async with resock.serve(asyncio.sleep, "127.0.0.1", **nothing) as server:
            assert server.addresses == [f"ws://127.0.0.1:{server.port}"]

    run(main())


def test_server_that_nobody_holds_is_told(run, caplog):
    async def main():
        await resock.serve(asyncio.sleep, "127.0.0.1")
        gc.collect()
        await asyncio.sleep(0)

    with pytest.warns(ResourceWarning, match="was not closed"):
        run(main())
    assert "keep what serve() gave" in caplog.text
