"""What the documentation of links promises, and the conformance scenarios have once found broken."""

from __future__ import annotations

import asyncio

import pytest
import resock
import resock.sync


def test_contradicting_options_raise_option_error() -> None:
    async def open_one() -> None:
        await resock.connect("echo:", confirm="heartbeat")

    for opens in (lambda: asyncio.run(open_one()),
                  lambda: resock.sync.connect("echo:", confirm="heartbeat")):
        with pytest.raises(resock.OptionError, match="heartbeat_mode"):
            opens()


def test_writable_follows_queue_full() -> None:
    async def run() -> None:
        # Kept messages wait for ready(), so that the queue stays full until then.
        async with resock.connect("echo:", queue_full="error", queue_messages=1,
                                  greeting_hold=True) as link:
            events = link.events()
            await link.send("one")
            with pytest.raises(resock.QueueFull):
                await link.send("two")
            link.ready()
            async for event in events:
                if isinstance(event, resock.events.Writable):
                    break
            else:
                pytest.fail("no Writable")
            await link.send("two")

    asyncio.run(asyncio.wait_for(run(), 60))
