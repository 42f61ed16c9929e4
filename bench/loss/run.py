"""A session through a line that is broken again and again: what is lost, comes twice or in another
order? `./dev bench loss`

`resock connect` (exactly-once) sends numbered lines through `resock chaos` to `resock serve`, which
prints them and sends each back: what both have written is counted here. Ends with 1 if something is
wrong, or the line was not broken so often; with 2 if it was used wrongly.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RESOCK = ROOT / "build/release/cli/resock"
PATIENCE_S = 60  # without a cut
# How the line breaks, how often of 100 times, and what counts as one of them. The rare ones take
# 2.5 heartbeats of a second each (R23).
KINDS = {
    "RST": (46, ["--reset"], "cut"),
    "FIN": (46, [], "cut"),
    "half-open, the server is not told": (4, ["--half-open", "server"], "cut"),
    "half-open, the client is not told": (2, ["--half-open", "client"], "cut"),
    "black hole": (2, [], "black_hole"),
}
ROUNDS = 4  # of all kinds
BYTES_OF_A_MESSAGE = 12  # on the wire, about


def plan(cuts):
    """Kinds in turn, with so many breaks each; `cuts` in all."""
    made = []
    for turn in range(ROUNDS):
        for kind, (percent, _, _) in KINDS.items():
            through, before = (cuts * percent * n // (100 * ROUNDS) for n in (turn + 1, turn))
            made.append([kind, through - before])
    made[0][1] += cuts - sum(count for _, count in made)
    return [each for each in made if each[1] > 0]


def count(path, messages):
    """What is wrong with lines that should be 1..messages."""
    highest = received = twice = out_of_order = damaged = 0
    missing = set()
    with open(path, "rb") as lines:
        for line in lines:
            received += 1
            number = int(line) if line.strip().isdigit() else 0
            if not 1 <= number <= messages:
                damaged += 1
            elif number > highest:
                missing.update(range(highest + 1, number))
                highest = number
            elif number in missing:
                missing.remove(number)
                out_of_order += 1
            else:
                twice += 1
    return {"received": received, "lost": messages - highest + len(missing), "twice": twice,
            "out_of_order": out_of_order, "damaged": damaged}


class Failed(Exception):
    pass


class Run:
    """Its programs, and how often the line was broken in which way."""

    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.broken = dict.fromkeys(KINDS, 0)
        self.programs = []
        self.cut_every = max(600, options.messages * BYTES_OF_A_MESSAGE // (2 * options.cuts))

    async def start(self, *words, **pipes):
        program = await asyncio.create_subprocess_exec(
            str(self.options.resock), *map(str, words), **pipes)
        self.programs.append(program)
        return program

    async def end(self):
        for program in self.programs:
            if program.returncode is None:
                program.kill()
            await program.wait()

    async def start_server(self):
        with open(self.folder / "at_server", "wb") as out:
            server = await self.start("serve", "--listen", "ws://127.0.0.1:0", "--echo", "--print",
                                      stdout=out, stderr=asyncio.subprocess.PIPE)
        first = await asyncio.wait_for(server.stderr.readline(), PATIENCE_S)
        if not first.startswith(b"listening on "):
            raise Failed(f"the server does not start: {first.decode()}")
        self.server_url = first.split()[-1].decode()
        self.rest = asyncio.create_task(server.stderr.read())  # else the pipe gets full

    async def start_client(self, address):
        words = ["delivery=exactly-once", "heartbeat.interval=1s", "reconnect.min=5ms",
                 "reconnect.max=100ms"]
        with open(self.folder / "sent", "rb") as sent, open(self.folder / "back", "wb") as back:
            client = await self.start("connect", f"ws://{address}", "--quiet",
                                      *[part for word in words for part in ("--set", word)],
                                      stdin=sent, stdout=back)
        return asyncio.create_task(client.wait())

    async def start_chaos(self, kind, times, address):
        _, words, event = KINDS[kind]
        size = f"{self.cut_every}B"
        words = (["--cut-every", size, "--cuts", times, *words] if event == "cut" else
                 ["--blackhole-after", size, "--blackholes", times])
        chaos = await self.start("chaos", "--to", self.server_url, "--listen", address, "--json",
                                 "--seed", self.options.seed, *words,
                                 stdout=asyncio.subprocess.PIPE)
        return chaos, json.loads(await chaos.stdout.readline())["address"]

    async def count_breaks(self, chaos, kind, times):
        while times:
            line = await asyncio.wait_for(chaos.stdout.readline(), PATIENCE_S)
            if json.loads(line)["event"] == KINDS[kind][2]:
                times -= 1
                self.broken[kind] += 1

    async def transfer(self):
        """The client's exit code. One chaos after the other stands on the same port."""
        await self.start_server()
        address, client = "127.0.0.1:0", None
        for kind, times in plan(self.options.cuts):
            chaos, address = await self.start_chaos(kind, times, address)
            client = client or await self.start_client(address)
            counting = asyncio.create_task(self.count_breaks(chaos, kind, times))
            await asyncio.wait([counting, client], return_when=asyncio.FIRST_COMPLETED)
            if not counting.done():
                counting.cancel()
                break
            counting.result()
            chaos.terminate()
            await chaos.communicate()
        else:
            await self.start("chaos", "--to", self.server_url, "--listen", address, "--quiet",
                             stdout=asyncio.subprocess.DEVNULL)
        return await asyncio.wait_for(client, PATIENCE_S + self.options.messages / 1000)


async def measure(options):
    """Whether everything is right; says what there was."""
    with tempfile.TemporaryDirectory(prefix="resock-loss-") as name:
        folder = Path(name)
        (folder / "sent").write_text("".join(f"{n}\n" for n in range(1, options.messages + 1)))
        run = Run(options, folder)
        began = time.monotonic()
        try:
            code = await run.transfer()
        finally:
            await run.end()
        seconds = time.monotonic() - began
        good = code == 0
        print(f"{options.messages} messages each way in {seconds:.0f} s, seed {options.seed}; "
              f"exit code of the client {code}")
        for path, where in [("at_server", "to the server"), ("back", "and back")]:
            counts = count(folder / path, options.messages)
            print(f"  {where}: " + ", ".join(f"{value} {key.replace('_', ' ')}"
                                             for key, value in counts.items()))
            good = good and list(counts.values()) == [options.messages, 0, 0, 0, 0]
    total = sum(run.broken.values())
    print(f"  the line was broken {total} times: " +
          ", ".join(f"{times} {kind}" for kind, times in run.broken.items()))
    return good and total == options.cuts


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--messages", type=int, default=1_000_000, help="each way")
    parser.add_argument("--cuts", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--resock", type=Path, default=RESOCK, help="the program")
    options = parser.parse_args()
    if options.messages < 1 or options.cuts < 1:
        parser.error("--messages and --cuts are at least 1")
    try:
        good = asyncio.run(measure(options))
    except (Failed, asyncio.TimeoutError) as failure:
        print(f"failed: {failure or 'nothing happened any more'}")
        good = False
    sys.exit(not good)


if __name__ == "__main__":
    main()
