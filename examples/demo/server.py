"""The demo's server: an ordinary one, made with Python's `websockets`, that notes the numbers
which arrive. It knows nothing of resock.

Prints `listening PORT`, then a JSON line of counts every 0.2 s and a last one when its standard
input closes.
"""

import asyncio
import json
import os
import threading
import time

from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

REPORT_INTERVAL_S = 0.2


class Arrivals:
    """What has arrived so far; `numbers` are those that the client was to send, 1, 2, 3 …"""

    def __init__(self):
        self.seen = set()
        self.highest_first = 0
        self.counts = {"arrived": 0, "distinct": 0, "twice": 0, "out_of_order": 0}
        # When the first message of each connection came, on the machine's monotonic clock.
        self.first_at = []

    async def handler(self, connection):
        is_first = True
        try:
            async for message in connection:
                if is_first:
                    self.first_at.append(time.monotonic())
                    is_first = False
                self.take(int(message))
        except ConnectionClosed:
            pass

    def take(self, number):
        self.counts["arrived"] += 1
        if number in self.seen:
            self.counts["twice"] += 1
            return
        self.seen.add(number)
        self.counts["distinct"] += 1
        # Resends aside, what comes for the first time must come in ascending order.
        if number < self.highest_first:
            self.counts["out_of_order"] += 1
        self.highest_first = max(self.highest_first, number)

    def report(self):
        print(json.dumps({**self.counts, "first_at": self.first_at}), flush=True)


async def report_until(closed, arrivals):
    while not closed.is_set():
        try:
            await asyncio.wait_for(closed.wait(), REPORT_INTERVAL_S)
        except asyncio.TimeoutError:
            arrivals.report()


async def main():
    arrivals = Arrivals()
    closed = asyncio.Event()
    loop = asyncio.get_running_loop()

    def wait_for_end():
        while os.read(0, 4096):
            pass
        loop.call_soon_threadsafe(closed.set)

    threading.Thread(target=wait_for_end, daemon=True).start()
    async with serve(arrivals.handler, "127.0.0.1", 0) as server:
        print(f"listening {server.sockets[0].getsockname()[1]}", flush=True)
        await report_until(closed, arrivals)
    # Leaving serve() waits for the handlers, which may still have had messages to take.
    arrivals.report()


if __name__ == "__main__":
    asyncio.run(main())
