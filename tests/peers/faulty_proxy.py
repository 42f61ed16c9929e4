"""A TCP proxy that breaks connections, for tests (standard library only).

    python3 faulty_proxy.py --to 127.0.0.1:8765 --reset-every 1 --resets 10 --delay-ms 10 --seed 1

Prints `listening PORT`, with --events a JSON line for each thing that happens (`at` is the
monotonic clock of the machine in seconds), and at its end a JSON line of counts. Ends when its
standard input closes. A reset is an RST to both sides; what the proxy still held is lost, as on
a line that breaks.
"""

import argparse
import asyncio
import json
import random
import socket
import struct
import time

import peer
from direction import Direction

READ_BYTES = 262144
# Small, so that a sender into a narrow line feels it instead of filling the kernel's memory.
NARROW_LINE_RECEIVE_BUFFER = 65536


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    peer.add_common_options(parser)
    parser.add_argument("--listen", type=int, default=0, metavar="PORT", help="0: one that is free")
    parser.add_argument("--to", required=True, metavar="HOST:PORT", help="where to forward")
    parser.add_argument("--reset-every", type=float, metavar="SECONDS",
                        help="reset each connection after this time")
    parser.add_argument("--reset-after-bytes", type=int, metavar="N",
                        help="reset each connection once it has forwarded N bytes to the server")
    parser.add_argument("--resets", type=int, metavar="N", help="resets in all (default: no limit)")
    parser.add_argument("--seed", type=int,
                        help="vary the time or bytes before each reset by up to a quarter")
    parser.add_argument("--delay-ms", type=float, default=0, help="one-way delay, order kept")
    parser.add_argument("--bandwidth", type=float, metavar="BYTES_PER_S", help="each direction's")
    parser.add_argument("--blackhole-after", type=float, metavar="SECONDS",
                        help="stop forwarding and reading, sockets open, on the first connections")
    parser.add_argument("--blackholes", type=int, default=1, metavar="N",
                        help="how many connections become black holes")
    parser.add_argument("--events", action="store_true", help="print accepts, resets and the like")
    return parser.parse_args()


def reset(transport):
    """Closes at once with an RST instead of a FIN, whatever is still to be written."""
    connected = transport.get_extra_info("socket")
    if connected is not None and not transport.is_closing():
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


class End(asyncio.BufferedProtocol):
    """One of the two sockets of a connection."""

    def __init__(self):
        self.buffer = bytearray(READ_BYTES)
        self.pair = None
        self.transport = None
        self.outgoing = None  # the direction that this end feeds
        self.incoming = None  # the direction that writes to this end

    def connection_made(self, transport):
        self.transport = transport
        transport.get_extra_info("socket").setsockopt(
            socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def get_buffer(self, _size):
        return self.buffer

    def buffer_updated(self, size):
        self.pair.forward(self, bytes(memoryview(self.buffer)[:size]))

    def eof_received(self):
        self.outgoing.end()
        return True  # the other direction may still have something to deliver

    def pause_writing(self):
        self.incoming.set_sink_full(True)

    def resume_writing(self):
        self.incoming.set_sink_full(False)

    def connection_lost(self, error):
        if self.pair:
            self.pair.lost(error)


class ClientEnd(End):
    """An accepted socket: waits, unread, until the server's end exists."""

    def __init__(self, proxy):
        super().__init__()
        self.proxy = proxy

    def connection_made(self, transport):
        super().connection_made(transport)
        # Python before 3.12 starts reading right after this callback, paused or not.
        asyncio.get_running_loop().call_soon(transport.pause_reading)
        self.proxy.accepted(self)


class Pair:
    """A connection through the proxy, with the faults that will befall it."""

    def __init__(self, proxy, client, server):
        self.proxy = proxy
        self.number = proxy.counts["connections"]
        self.client, self.server = client, server
        self.up = Direction(proxy.faults, client.transport, server.transport, self.direction_ended)
        self.down = Direction(proxy.faults, server.transport, client.transport,
                              self.direction_ended)
        self.directions_left = 2
        client.pair = server.pair = self
        client.outgoing, client.incoming = self.up, self.down
        server.outgoing, server.incoming = self.down, self.up
        self.over = False
        self.timers = []
        self.bytes_left = None

    def start(self):
        faults, loop = self.proxy.faults, asyncio.get_running_loop()
        if faults.blackhole_after is not None and self.proxy.takes_a_black_hole():
            self.timers.append(loop.call_later(faults.blackhole_after, self.become_black_hole))
            return
        if faults.reset_every:
            self.timers.append(loop.call_later(self.proxy.varied(faults.reset_every), self.cut))
        if faults.reset_after_bytes:
            self.bytes_left = int(self.proxy.varied(faults.reset_after_bytes))

    def forward(self, end, data):
        if end is self.server:
            self.proxy.counts["bytes_down"] += len(data)
            self.down.put(data)
            return
        if self.bytes_left is not None and self.proxy.may_reset():
            data = data[:self.bytes_left]
            self.bytes_left -= len(data)
        self.proxy.counts["bytes_up"] += len(data)
        self.up.put(data)
        if self.bytes_left == 0:
            self.cut()

    def cut(self):
        if self.over or not self.proxy.may_reset():
            return
        self.proxy.counts["resets"] += 1
        self.proxy.report("reset", self.number)
        self.close(reset)

    def become_black_hole(self):
        if self.over:
            return
        self.proxy.report("blackhole", self.number)
        self.up.stop()
        self.down.stop()

    def direction_ended(self):
        self.directions_left -= 1
        if self.directions_left == 0 and not self.over:
            self.close(lambda transport: transport.close())

    def lost(self, error):
        """One socket is gone without the other: the other goes the same way."""
        if not self.over:
            self.close(reset if error else lambda transport: transport.close())

    def close(self, how):
        self.over = True
        for timer in self.timers:
            timer.cancel()
        self.up.stop()
        self.down.stop()
        how(self.client.transport)
        how(self.server.transport)


class Proxy:
    def __init__(self, faults):
        self.faults = faults
        host, _, port = faults.to.rpartition(":")
        self.target = (host.strip("[]"), int(port))
        self.random = None if faults.seed is None else random.Random(faults.seed)
        self.counts = {"connections": 0, "resets": 0, "blackholes": 0,
                       "bytes_up": 0, "bytes_down": 0}
        self.tasks = set()

    def varied(self, value):
        return value if self.random is None else value * self.random.uniform(0.75, 1.25)

    def may_reset(self):
        return self.faults.resets is None or self.counts["resets"] < self.faults.resets

    def takes_a_black_hole(self):
        if self.counts["blackholes"] >= self.faults.blackholes:
            return False
        self.counts["blackholes"] += 1
        return True

    def report(self, event, number):
        if self.faults.events:
            print(json.dumps({"event": event, "connection": number, "at": time.monotonic()}),
                  flush=True)

    def accepted(self, client):
        """The client's socket is there: connects to the server and joins the two."""
        task = asyncio.get_running_loop().create_task(self.join(client))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def join(self, client):
        try:
            _, server = await asyncio.get_running_loop().create_connection(End, *self.target)
        except OSError:
            reset(client.transport)
            return
        self.counts["connections"] += 1
        pair = Pair(self, client, server)
        self.report("accept", pair.number)
        pair.start()
        if not client.transport.is_closing():
            client.transport.resume_reading()


async def main(faults):
    proxy = Proxy(faults)
    listener = socket.create_server((faults.host, faults.listen))
    if faults.bandwidth:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, NARROW_LINE_RECEIVE_BUFFER)
    server = await asyncio.get_running_loop().create_server(
        lambda: ClientEnd(proxy), sock=listener)
    peer.announce(server)
    await peer.until_stdin_closes(faults.lifetime)
    print(json.dumps(proxy.counts), flush=True)


if __name__ == "__main__":
    asyncio.run(main(parse_arguments()))
