"""A proxy with a delay that looks at the first frames of each connection, and cuts it on demand.

It stands at the server: what the server writes is seen at once and reaches the client a delay
later; what the client writes is seen when it reaches the server.
"""

import asyncio
import threading
import time

HELLO, DATA = 5, 1


def first_frames(stream):
    """Types of the frames of resock.v1 at the beginning of what a client wrote after its upgrade;
    a frame that is cut off counts once its first byte is there."""
    found = []
    at = 0
    while at + 2 <= len(stream):
        size, head = stream[at + 1] & 127, 2
        if size >= 126:
            wide = 2 if size == 126 else 8
            size = int.from_bytes(stream[at + 2:at + 2 + wide], "big")
            head += wide
        payload = at + head + 4
        if payload >= len(stream):
            break
        found.append((stream[payload] ^ stream[payload - 4]) >> 4)
        at = payload + size
    return found


class Connection:
    """What was seen of one, by the clock of the server's side."""

    def __init__(self):
        self.answered_s = None  # the server's 101
        self.hello_s = None
        self.data_s = None      # the first DATA is at the server
        self.stream = b""
        self.upgraded = False

    def server_wrote(self):
        if self.answered_s is None:
            self.answered_s = time.monotonic()

    def client_wrote(self, chunk):
        """Looks no further than the first DATA."""
        if self.data_s is not None:
            return
        self.stream += chunk
        if not self.upgraded:
            _, end, rest = self.stream.partition(b"\r\n\r\n")
            if not end:
                return
            self.upgraded, self.stream = True, rest
        types = first_frames(self.stream)
        now = time.monotonic()
        if HELLO in types and self.hello_s is None:
            self.hello_s = now
        if DATA in types:
            self.data_s = now


class Tap:
    """`with Tap(port, delay_s) as tap:`; tap.url for the client, tap.cut(), tap.connections."""

    def __init__(self, port, delay_s):
        self.server_port = port
        self.delay_s = delay_s
        self.connections = []
        self._writers = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._serve, "127.0.0.1", 0), self._loop).result()
        self.url = f"ws://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/"
        return self

    def __exit__(self, *_):
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def cut(self):
        """Resets the connections that there are."""
        self._loop.call_soon_threadsafe(self._cut)

    def _cut(self):
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def _stop(self):
        self._cut()
        self._server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, client_reader, client_writer):
        server_reader, server_writer = await asyncio.open_connection(
            "127.0.0.1", self.server_port)
        seen = Connection()
        self.connections.append(seen)
        self._writers += [client_writer, server_writer]
        try:
            await asyncio.gather(
                self._carry(client_reader, server_writer, after=seen.client_wrote),
                self._carry(server_reader, client_writer, before=seen.server_wrote))
        except (OSError, asyncio.CancelledError):
            pass  # cut; or stopped, which the loop's own callback would take for a failure
        finally:
            client_writer.transport.abort()
            server_writer.transport.abort()

    async def _carry(self, reader, writer, before=None, after=None):
        waiting = asyncio.Queue(1000)
        sender = asyncio.ensure_future(self._send_late(waiting, writer, after))
        try:
            while chunk := await reader.read(65536):
                if before:
                    before()
                await waiting.put((time.monotonic() + self.delay_s, chunk))
            await waiting.put(None)
            await sender
        finally:
            sender.cancel()

    async def _send_late(self, waiting, writer, after):
        while (due := await waiting.get()) is not None:
            await asyncio.sleep(max(0, due[0] - time.monotonic()))
            if after:
                after(due[1])
            writer.write(due[1])
            await writer.drain()
