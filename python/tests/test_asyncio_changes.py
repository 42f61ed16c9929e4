"""What can be asked of a link, and changed while it is open."""

from __future__ import annotations

import pytest
from websocket_peer import Peer

import resock
from resock import events


def test_numbers_and_history(run):
    async def main():
        async with Peer() as peer, resock.connect(peer.url, reconnect_min=0.01) as link:
            stream = link.events()
            await (await link.send("x"))
            assert await link.recv() == "x"
            peer.cut()
            while not isinstance(await stream.__anext__(), events.Opened):
                pass
            stats = link.stats()
            assert (stats.messages_accepted, stats.messages_received) == (1, 1)
            assert (stats.connections, stats.state) == (2, resock.State.OPEN)
            (record,) = link.history()
            assert record.connection == 1
            assert str(record) == record.why
        assert link.stats().state == "finished"
        assert len(link.history()) == 2
        assert link.history()[-1] == link.record
        assert link.id > 0

    run(main())


def test_retry_now_ends_the_wait(run):
    async def main():
        peer = Peer()
        async with peer:
            pass
        link = await resock.connect(
            peer.url, wait=False, reconnect_min=3_600, reconnect_max=3_600
        )
        stream = link.events()
        while link.state != "waiting":
            await stream.__anext__()
        async with peer:
            link.retry_now()
            while link.state != "open":
                await stream.__anext__()
            await link.close()

    run(main())


def test_options_change_on_an_open_link(run):
    async def main():
        async with resock.connect("echo:") as link:
            link.set_options(heartbeat_interval=1, reconnect_max="1min")
            for wrong, options in (
                ("cannot be changed", {"delivery": "exactly-once"}),
                ("did you mean heartbeat_interval", {"heartbeat_intervall": 1}),
                ("heartbeat_interval", {"heartbeat_interval": "soon"}),
            ):
                with pytest.raises(resock.OptionError, match=wrong):
                    link.set_options(**options)

    run(main())
