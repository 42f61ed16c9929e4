"""One side of the demo: a client that is fed numbers, the proxy that cuts its line, and the
server where they arrive. Each is a process of its own."""

import asyncio
import json
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
PROXY = HERE.parent.parent / "tests" / "peers" / "faulty_proxy.py"
ANNOUNCE_TIMEOUT_S = 20
END_TIMEOUT_S = 10
PACE_STEP_S = 0.002


async def start(*command, **options):
    return await asyncio.create_subprocess_exec(
        *map(str, command), stdin=asyncio.subprocess.PIPE, **options)


async def start_listening(*command):
    """Starts a Python script that prints `listening PORT`; returns the process and the port."""
    process = await start(sys.executable, *command, stdout=asyncio.subprocess.PIPE)
    line = await asyncio.wait_for(process.stdout.readline(), ANNOUNCE_TIMEOUT_S)
    word, _, port = line.decode().partition(" ")
    if word != "listening":
        raise RuntimeError(f"{Path(command[0]).name} did not start: {line!r}")
    return process, int(port)


class Side:
    """`command(url)` is the client's command line; `faults` the proxy's options."""

    def __init__(self, name, command, faults, log):
        self.name = name
        self.command = command
        self.faults = faults
        self.log = log
        self.sent = 0
        self.counts = {"arrived": 0, "distinct": 0, "twice": 0, "out_of_order": 0, "first_at": []}
        self.resets_at = []
        self.connections = 0
        self.exit_status = None
        self.seconds = 0.0

    async def run(self, messages, rate, timeout_s):
        """Sends 1 to `messages` at `rate` per second and waits for the client's end."""
        server, server_port = await start_listening(HERE / "server.py")
        proxy, proxy_port = await start_listening(
            PROXY, "--to", f"127.0.0.1:{server_port}", "--events", *self.faults)
        followers = [asyncio.create_task(self.follow_server(server)),
                     asyncio.create_task(self.follow_proxy(proxy))]
        try:
            await self.run_client(f"ws://127.0.0.1:{proxy_port}", messages, rate, timeout_s)
        finally:
            # The proxy goes first, so that no connection of the server stays open.
            for process, follower in ((proxy, followers[1]), (server, followers[0])):
                process.stdin.close()
                await asyncio.wait_for(follower, END_TIMEOUT_S)
                await asyncio.wait_for(process.wait(), END_TIMEOUT_S)

    async def run_client(self, url, messages, rate, timeout_s):
        started = time.monotonic()
        client = await start(*self.command(url), stdout=asyncio.subprocess.DEVNULL,
                             stderr=self.log)
        try:
            await asyncio.wait_for(self.feed(client, messages, rate), timeout_s)
            self.exit_status = await asyncio.wait_for(client.wait(), timeout_s)
        except asyncio.TimeoutError:
            client.kill()
            self.exit_status = "stopped: it did not end in time"
            await client.wait()
        self.seconds = time.monotonic() - started

    async def feed(self, client, messages, rate):
        """Writes the numbers in time with the clock, as far as the client takes them."""
        started = time.monotonic()
        try:
            while self.sent < messages:
                due = min(messages, int((time.monotonic() - started) * rate))
                numbers = range(self.sent + 1, due + 1)
                client.stdin.write("".join(f"{number}\n" for number in numbers).encode())
                await client.stdin.drain()
                self.sent = due
                await asyncio.sleep(PACE_STEP_S)
            client.stdin.close()
        except (BrokenPipeError, ConnectionResetError):
            pass  # the client has ended early; its exit status says so

    async def follow_server(self, server):
        while line := await server.stdout.readline():
            self.counts = json.loads(line)

    async def follow_proxy(self, proxy):
        while line := await proxy.stdout.readline():
            event = json.loads(line)
            if event.get("event") == "accept":
                self.connections += 1
            elif event.get("event") == "reset":
                self.resets_at.append(event["at"])

    def downtimes(self):
        """Seconds from each reset to the first message that a new connection brought."""
        found = []
        for reset_at in self.resets_at:
            later = [at for at in self.counts["first_at"] if at > reset_at]
            if later:
                found.append(min(later) - reset_at)
        return found

    @property
    def lost(self):
        return self.sent - self.counts["distinct"]
