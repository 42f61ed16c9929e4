"""on_request: who decides about openings, and what comes of what it returns."""

from __future__ import annotations

import asyncio
import logging

import pytest

import resock


async def echo(link):
    async for message in link:
        await link.send(message)


def serve(on_request, handler=echo, **options):
    return resock.serve(handler, "127.0.0.1", on_request=on_request, **options)


async def refused(server, path="/", **options):
    with pytest.raises(resock.Refused) as raised:
        await resock.connect(server.addresses[0] + path, **options)
    return raised.value.http_status


def test_request_tells_what_was_asked(run):
    async def main():
        seen = []

        async def handler(link):
            seen.append(link.request)
            assert link.url == "/chat?room=1"

        async with serve(seen.append, handler) as server:
            async with resock.connect(
                server.addresses[0] + "/chat?room=1", http_header={"X-Who": "größer"}
            ) as link:
                with pytest.raises(resock.Closed):
                    await link.recv()
        request = seen[0]
        assert seen[1] is request
        assert (request.method, request.target, request.path) == ("GET", "/chat?room=1", "/chat")
        assert request.header("x-who").encode("latin-1").decode() == "größer"
        assert (request.header("nothing"), request.header("nothing", "-")) == (None, "-")
        assert (request.tls, request.token, request.link) == ("", None, None)
        assert request.address.startswith("127.0.0.1:")
        assert "größer" not in repr(request)

    run(main())


def test_reject(run):
    async def main():
        def decide(request):
            if request.path == "/moved":
                return resock.Reject(404, "not here\n", {"X-Reason": "moved"})
            return resock.Reject(403)

        async with serve(decide) as server:
            assert await refused(server) == 403
            assert await refused(server, "/moved") == 404
            assert server.stats().refused == {"403": 1, "404": 1}
            assert [each.status for each in server.history()] == [403, 404]
            assert server.links == []

    run(main())


def test_coroutine_and_mapping_of_options(run):
    async def main():
        async def decide(request):
            await asyncio.sleep(0)
            return {"message_max": "64KiB"}

        async def handler(link):
            with pytest.raises(resock.TooBig):
                await link.send("x" * 65_537)
            await link.send("fits")

        async with serve(decide, handler) as server:
            async with resock.connect(server.addresses[0]) as link:
                assert await link.recv() == "fits"

    run(main())


@pytest.mark.parametrize(
    "decision, said",
    [
        (True, "returns None, resock.Reject or a mapping of options, not bool"),
        (403, "not int"),
        ({"nonsense": 1}, "there is no option nonsense"),
        ({"message_max": "huge"}, "message_max"),
        (LookupError("of the program"), "LookupError: of the program"),
    ],
    ids=str,
)
def test_what_it_may_not_do_is_logged_and_refused(run, caplog, decision, said):
    async def main():
        def decide(request):
            if isinstance(decision, Exception):
                raise decision
            return decision

        async with serve(decide) as server:
            assert await refused(server, reconnect_attempts=1, verdict_500="stop") == 500

    with caplog.at_level(logging.ERROR, "resock"):
        run(main())
    assert said in caplog.text


def test_decision_that_never_comes(run):
    async def main():
        async def decide(request):
            await asyncio.Event().wait()

        server = await serve(decide, listen_request_timeout=0.05)
        assert await refused(server, verdict_503="stop") == 503
        server.close(timeout=0)
        await server.wait_closed()

    run(main())


def test_client_that_goes_while_it_is_decided(run, caplog):
    async def main():
        asked, goes_on = asyncio.Event(), asyncio.Event()

        async def decide(request):
            asked.set()
            await goes_on.wait()

        async with serve(decide) as server:
            link = await resock.connect(server.addresses[0], wait=False)
            await asked.wait()
            link.abort()
            goes_on.set()

    run(main())
    assert "Traceback" not in caplog.text


def test_status_of_reject_has_bounds():
    for status in (200, 299, 600, 0):
        with pytest.raises(ValueError, match="300 to 599"):
            resock.Reject(status)
