"""The jobs of the link benchmark with picows (asyncio, uvloop): see ../README.md."""

import asyncio
import sys
import time

from picows import WSCloseCode, WSError, WSListener, WSMsgType, ws_connect

import jobs

LARGEST_FRAME_BYTES = 16 << 20


def opening(options, listener):
    return ws_connect(lambda: listener, options.url, ssl_context=jobs.trust(options),
                      max_frame_size=LARGEST_FRAME_BYTES)


class Pump(WSListener):
    """Answers each echo with as many new messages as there are free slots."""

    def __init__(self, options, in_flight):
        self.options, self.in_flight = options, in_flight
        self.total = options.warm_up + options.messages
        self.message = jobs.messages_of(options.size)
        self.echoes, self.clock = jobs.Echoes(options), jobs.Clock()
        self.sent = 0
        self.pieces = bytearray()
        self.is_paused = False
        self.done = asyncio.get_running_loop().create_future()

    def pump(self):
        while (self.sent < self.total and not self.is_paused
               and self.sent - self.echoes.received < self.in_flight):
            self.transport.send(WSMsgType.BINARY, self.message(self.sent))
            self.sent += 1

    def on_ws_connected(self, transport):
        self.transport = transport
        self.clock.start()
        self.pump()

    def on_ws_frame(self, _, frame):
        # picows hands out frames: putting messages together is its user's part.
        if frame.msg_type not in (WSMsgType.BINARY, WSMsgType.CONTINUATION):
            return
        if frame.fin and not self.pieces:
            self.on_message(frame.get_payload_as_memoryview())
            return
        self.pieces += frame.get_payload_as_memoryview()
        if frame.fin:
            message, self.pieces = self.pieces, bytearray()
            self.on_message(message)

    def on_message(self, data):
        self.echoes.check(data)
        if self.echoes.received == self.options.warm_up:
            self.clock.start()
        if self.echoes.distinct == self.total:
            self.end()
        else:
            self.pump()

    def pause_writing(self):
        self.is_paused = True

    def resume_writing(self):
        self.is_paused = False
        self.pump()

    def on_ws_disconnected(self, _):
        self.end()

    def end(self):
        if not self.done.done():
            self.done.set_result(None)

    async def wait(self):
        """Until all is back, or nothing has come for a while."""
        seen = -1
        while seen != self.echoes.received and not self.done.done():
            seen = self.echoes.received
            await asyncio.wait([self.done], timeout=self.options.patience)


class Timed(Pump):
    """One message at a time, each with its time."""

    def __init__(self, options):
        super().__init__(options, 1)
        self.times_us = []

    def pump(self):
        self.began_ns = time.perf_counter_ns()
        super().pump()

    def on_message(self, data):
        self.times_us.append((time.perf_counter_ns() - self.began_ns) / 1000)
        super().on_message(data)


async def throughput(options):
    pump = Pump(options, options.in_flight)
    transport, _ = await opening(options, pump)
    await pump.wait()
    jobs.tell_throughput(options, pump.clock, pump.echoes)
    transport.disconnect()


async def ping_pong(options):
    pump = Timed(options)
    transport, _ = await opening(options, pump)
    await pump.wait()
    jobs.tell_times(options, pump.times_us, pump.echoes)
    transport.disconnect()


async def idle(options):
    turns = asyncio.Semaphore(jobs.OPENINGS)

    async def one():
        async with turns:
            return await opening(options, WSListener())

    links = await asyncio.gather(*(one() for _ in range(options.links)), return_exceptions=True)
    failed = sum(isinstance(link, BaseException) for link in links)
    jobs.tell({"links": options.links, "failed": failed})
    await asyncio.to_thread(sys.stdin.read)


class Line(WSListener):
    """Knows when it has ended; what comes is thrown away."""

    def __init__(self):
        self.is_open = False
        self.ended = asyncio.Event()

    def on_ws_connected(self, transport):
        self.transport, self.is_open = transport, True

    def on_ws_disconnected(self, _):
        self.is_open = False
        self.ended.set()


async def reconnect(options):
    """Connects as long as it takes."""
    async with asyncio.timeout(jobs.IDLE_TIMEOUT_S):
        while True:
            line = Line()
            try:
                await opening(options, line)
                return line
            except (OSError, EOFError, WSError):
                await asyncio.sleep(0.001)


async def loss(options):
    message = jobs.messages_of(options.size)
    line = await reconnect(options)
    pace, reconnects = jobs.Pace(options.rate, options.messages), 0
    while not pace.is_over():
        if not line.is_open:
            down = time.perf_counter()
            line = await reconnect(options)
            reconnects += 1
            pace.skip(time.perf_counter() - down)
        for number in pace.due():
            line.transport.send(WSMsgType.BINARY, message(number))
        await asyncio.sleep(0.001)
    line.transport.send_close(WSCloseCode.OK)
    await asyncio.wait([asyncio.ensure_future(line.ended.wait())], timeout=jobs.CLOSE_TIMEOUT_S)
    jobs.tell({"sent": options.messages, "reconnects": reconnects})


if __name__ == "__main__":
    OPTIONS = jobs.parse_options(__doc__, extend=jobs.add_loop)
    jobs.run({"throughput": throughput, "pingpong": ping_pong, "idle": idle, "loss": loss},
             OPTIONS, jobs.loop_runner(OPTIONS))
