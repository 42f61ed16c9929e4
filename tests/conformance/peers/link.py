"""One WebSocket that carries a session for a while: the order of what is written, silence, and a
close that always comes to an end."""

import asyncio
import logging

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from frames import PING, encode

CLOSING_S = 2
FAIR_FRAMES = 64  # written before others get a turn
SILENCE = 2.5  # R23, in heartbeats
MOST_REASON_BYTES = 120

# Tasks that nobody waits for are kept here until they have ended.
background = set()


def spawn(coroutine):
    task = asyncio.get_running_loop().create_task(coroutine)
    background.add(task)
    task.add_done_callback(background.discard)
    return task


class Heard(ServerConnection):
    """Knows when the last byte came, which is what R23 asks for."""

    heard_at = 0.0

    def data_received(self, data):
        self.heard_at = self.loop.time()
        super().data_received(data)


class Link:
    def __init__(self, connection):
        self.connection = connection
        self.loop = asyncio.get_running_loop()
        self.wake = asyncio.Event()
        self.given_up = False  # nothing of it is processed any more
        self.principal = ""
        self.token_timer = None
        self.tasks = []
        self.closing = None  # the task that closes it
        self.sent_at = self.pinged_at = self.excused_until = 0.0

    def carry(self, session, on_last_ack):
        """Begins to write what `session` has; `on_last_ack` is called behind its last ACK."""
        self.sent_at = self.connection.heard_at = self.loop.time()
        self.tasks = [spawn(self._write(session, on_last_ack)), spawn(self._watch(session))]

    async def _write(self, session, on_last_ack):
        try:
            while not self.given_up:
                for _ in range(FAIR_FRAMES):
                    data = session.next()
                    if data is None:
                        break
                    last = session.last_ack_taken
                    await self.connection.send(data)
                    self.sent_at = self.loop.time()
                    if last:
                        on_last_ack()
                        return
                if data is None:
                    await self.wake.wait()
                    self.wake.clear()
                else:
                    await asyncio.sleep(0)
        except ConnectionClosed:
            pass

    async def _watch(self, session):
        """R23, four times in a heartbeat."""
        while True:
            heartbeat, due_at = session.heartbeat_s, self.loop.time() + session.heartbeat_s / 4
            await asyncio.sleep(heartbeat / 4)
            now = self.loop.time()
            silent = now - self.connection.heard_at
            if now - due_at > heartbeat / 2:  # late: read and ask before judging
                self.excused_until = now + heartbeat
                self._ask(session)
            elif silent > SILENCE * heartbeat and now > self.excused_until:
                self.close(4408, "R23 silence")
                return
            elif max(silent, now - self.sent_at) >= heartbeat <= now - self.pinged_at:
                self._ask(session)

    def _ask(self, session):
        self.pinged_at = self.loop.time()
        session.acks.now(PING)

    def note(self, payload, flags):
        """R11: only where nothing waits."""
        transport = self.connection.transport
        if not self.given_up and transport.get_write_buffer_size() == 0 and not self.wake.is_set():
            spawn(self._send(encode("NOTE", flags, payload=payload)))

    async def _send(self, data):
        try:
            await self.connection.send(data)
        except ConnectionClosed:
            pass

    def stop(self):
        self.given_up = True
        if self.token_timer:
            self.token_timer.cancel()
        for task in self.tasks:
            task.cancel()

    def close(self, code, reason, last_frame=None):
        """Ignores from now on what arrives, and closes; returns at once."""
        if self.given_up:
            return
        self.stop()
        self.closing = spawn(self._close(code, reason, last_frame))

    async def _close(self, code, reason, last_frame):
        reason = reason.encode()[:MOST_REASON_BYTES].decode(errors="ignore")
        try:
            await asyncio.wait_for(self._say_last(code, reason, last_frame), CLOSING_S)
        except asyncio.TimeoutError:
            logging.debug("no closing handshake in %s s", CLOSING_S)
        self.connection.transport.abort()

    async def _say_last(self, code, reason, frame):
        if frame is not None:
            await self._send(frame)
        await self.connection.close(code, reason)

    async def closed(self):
        """Reads what still comes, or the answer to our Close would not be seen."""
        try:
            async for _ in self.connection:
                pass
        except ConnectionClosed:
            pass
        if self.closing:
            await self.closing
