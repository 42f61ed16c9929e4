"""Sessions between connect() and serve(): each message once and in order, in both directions."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys

import pytest

import resock
from resock import Level

# A device that sends until it is killed. Its messages are in the file before they are sent.
DEVICE = """
import asyncio, sys, resock
async def main():
    url, outbox, first = sys.argv[1:]
    link = await resock.connect(url, wait=False, delivery="exactly-once", outbox_path=outbox)
    for number in range(int(first), int(first) + 50):
        await (await link.send(str(number))).stored
    print("stored", flush=True)
    async for message in link:
        print(message, flush=True)
asyncio.run(main())
"""


class Relay:
    """A port between client and server whose connections a test cuts."""

    def __init__(self, port):
        self.target = port
        self.writers = set()

    async def _pipe(self, reader, writer):
        try:
            while data := await reader.read(65_536):
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    async def _accept(self, reader, writer):
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        both = {writer, far_writer}
        self.writers |= both
        await asyncio.gather(self._pipe(reader, far_writer), self._pipe(far_reader, writer))
        self.writers -= both

    def cut(self):
        for writer in self.writers:
            writer.transport.abort()

    async def __aenter__(self):
        self.server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.url = f"ws://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_):
        self.cut()
        self.server.close()


def test_levels_up_to_processed(run, tmp_path):
    async def main():
        taken = asyncio.Event()

        async def handler(link):
            assert await link.recv() == "x"
            await taken.wait()
            await link.recv()  # done with the one before it

        async with resock.serve(handler, "127.0.0.1") as server:
            async with resock.connect(
                server.addresses[0], delivery="exactly-once", outbox_path=tmp_path / "outbox"
            ) as link:
                receipt = await link.send("x")
                assert await receipt.stored == Level.STORED
                assert await receipt == await receipt.received == Level.RECEIVED
                assert receipt.level == Level.RECEIVED
                taken.set()
                assert await receipt.processed == Level.PROCESSED
                await link.flush(Level.PROCESSED)
                assert repr(receipt) == "<resock.Receipt 1: processed>"

    run(main())


def test_once_and_in_order_over_cuts(run):
    count = 3_000

    async def main():
        came = []

        async def echo(link):
            async for message in link:
                came.append(int(message))
                await link.send(message)

        async def cut_often(relay, link):
            while True:
                stream = link.events()
                while not isinstance(await stream.__anext__(), resock.events.Opened):
                    pass
                for _ in range(20):
                    await stream.__anext__()
                relay.cut()

        async with resock.serve(echo, "127.0.0.1", delivery="exactly-once") as server:
            async with Relay(server.port) as relay, resock.connect(
                relay.url, delivery="exactly-once", reconnect_min=0.01, queue_messages=500
            ) as link:
                cutting = asyncio.create_task(cut_often(relay, link))
                relay.cut()

                async def send():
                    for number in range(count):
                        await link.send(str(number))

                sending = asyncio.create_task(send())
                back = [int(await link.recv()) for _ in range(count)]
                await sending
                cutting.cancel()
                assert link.stats().connections > 1
                assert back == came == list(range(count))

    run(main())


def test_outbox_outlives_a_killed_process(run, tmp_path):
    async def device(url, first):
        return await asyncio.create_subprocess_exec(
            sys.executable, "-W", "error", "-c", DEVICE, url, str(tmp_path / "outbox"), str(first),
            stdout=subprocess.PIPE, stderr=None,
        )

    async def main():
        came, everything = [], asyncio.Event()

        async def handler(link):
            async for message in link.messages():
                came.append(int(message.data))
                if len(came) == 100:
                    everything.set()

        # Nobody listens there yet: the first life only stores.
        first = await device("ws://127.0.0.1:9", 0)
        assert await first.stdout.readline() == b"stored\n"
        os.kill(first.pid, signal.SIGKILL)
        await first.wait()
        async with resock.serve(handler, "127.0.0.1") as server:
            second = await device(server.addresses[0], 50)
            await everything.wait()
            os.kill(second.pid, signal.SIGKILL)
            await second.wait()
            assert came == list(range(100))
            server.abort()  # else the session would be waited for

    run(main())


def test_manual_done(run, tmp_path):
    options = {
        "delivery": "exactly-once", "session_done": "manual", "outbox_path": tmp_path / "outbox",
    }

    async def main():
        async def handler(link):
            receipts = await link.send_many(["1", "2", "3"])
            for receipt in receipts[:1]:
                await receipt.processed
            first_done.set()
            await link.recv()

        first_done = asyncio.Event()
        async with resock.serve(handler, "127.0.0.1") as server:
            link = await resock.connect(server.addresses[0], **options)
            for call in (link.recv, link.recv_many, link.__anext__):
                with pytest.raises(resock.NotSupported, match="link.messages"):
                    await call()
            seen = []
            async for message in link.messages():
                seen.append(message)
                if len(seen) == 3:
                    break
            assert [each.data for each in seen] == ["1", "2", "3"]
            assert not first_done.is_set()
            seen[0].done()
            seen[0].done()  # nothing more
            await first_done.wait()
            link.abort()
            again = await resock.connect(server.addresses[0], **options)
            stream = again.messages()
            for data in ("2", "3"):
                message = await stream.__anext__()
                assert (message.data, message.redelivered) == (data, True)
                message.done()
            await again.send("enough")
            await again.close()

    run(main())


def test_position_is_kept_by_the_application(run, tmp_path):
    async def main():
        async def handler(link):
            await link.send_many(["1", "2"])
            await link.recv()

        async with resock.serve(handler, "127.0.0.1") as server:
            async with resock.connect(
                server.addresses[0], delivery="exactly-once", session_position=b"",
                outbox_path=tmp_path / "outbox",
            ) as link:
                stream = link.messages()
                positions = [(await stream.__anext__()).position() for _ in range(2)]
                assert all(isinstance(each, bytes) and 0 < len(each) <= 64 for each in positions)
                assert positions[0] != positions[1]

    run(main())


def test_lost_session_is_an_exception(run):
    async def main():
        async def handler(link):
            await link.close(1000, "that was it")

        async with resock.serve(handler, "127.0.0.1") as server:
            async with resock.connect(server.addresses[0], delivery="exactly-once") as link:
                with pytest.raises((resock.Lost, resock.Closed)):
                    await link.recv()

    run(main())
