"""Do the programs notice what goes wrong? `python3 test_programs.py FOLDER_OF_PROGRAMS`.

A measurement that cannot fail says nothing: each fault of faulty_server.py must be counted.
"""

import asyncio
import json
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))

from faulty_server import faulty

BIN = Path(sys.argv.pop(1)) if len(sys.argv) > 1 else None
TIMEOUT_S = 60


async def run(program, *arguments):
    """(exit code, the lines that it printed)."""
    process = await asyncio.create_subprocess_exec(
        BIN / f"bench_{program}", *map(str, arguments), stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
    out, _ = await asyncio.wait_for(process.communicate(), TIMEOUT_S)
    return process.returncode, [json.loads(line) for line in out.splitlines()]


def against(fault, program, *arguments):
    async def all_of_it():
        async with faulty(fault) as url:
            return await run(program, url, *arguments)
    return asyncio.run(all_of_it())


def load(fault):
    """What bench_load says of 50 links that send 1,000 messages in all."""
    code, lines = against(fault, "load", "--links", 50, "--per-second", 20, "--ramp", 0,
                          "--seconds", 1, "--drain", 0.5)
    return code, lines[-1]


class Load(unittest.TestCase):
    def test_all_comes_back(self):
        code, found = load("none")
        self.assertEqual((code, found["sent"], found["echoed"]), (0, 1000, 1000))
        self.assertEqual((found["lost"], found["wrong"], found["unsent"]), (0, 0, 0))
        self.assertEqual(found["measured"], 1000)
        latency = found["latency_us"]
        self.assertLessEqual(latency["p50"], latency["p99"])
        self.assertLessEqual(latency["p99"], latency["max"])

    def test_a_message_that_is_missing(self):
        code, found = load("drop")
        self.assertEqual((code, found["lost"], found["wrong"]), (1, 1, 0))

    def test_a_message_that_is_altered(self):
        code, found = load("alter")
        self.assertEqual((code, found["lost"], found["wrong"]), (1, 1, 1))

    def test_a_message_that_comes_twice(self):
        code, found = load("twice")
        self.assertEqual((code, found["lost"], found["wrong"]), (1, 0, 1))

    def test_a_link_that_is_closed(self):
        code, found = load("close")
        self.assertEqual((code, found["ended"]), (1, {"close code 1008": 1}))
        self.assertGreater(found["lost"] + found["unsent"], 0)

    def test_openings_that_are_refused(self):
        code, lines = against("refuse", "load", "--links", 5, "--ramp", 0, "--seconds", 0.1)
        self.assertEqual((code, lines[-1]["failed_openings"]), (1, 5))
        self.assertEqual(lines[0]["last_failure"], "status 503")


class Others(unittest.TestCase):
    def test_opens_counts_refusals(self):
        code, lines = against("refuse", "opens", "--ramp", 0, "--seconds", 0.2)
        self.assertEqual((code, lines[0]["opened_in_all"]), (1, 0))
        self.assertGreater(lines[0]["failed"]["status 503"], 0)

    def test_opens_counts_openings(self):
        code, lines = against("none", "opens", "--ramp", 0, "--seconds", 0.2)
        self.assertEqual((code, lines[0]["failed"]), (0, {}))
        self.assertGreater(lines[0]["opened"], 0)

    def test_idle_holds_until_input_ends(self):
        code, lines = against("none", "idle", "--links", 20)
        self.assertEqual((code, lines[-1]), (0, {"held": 20, "lost": 0}))

    def test_misbehave_says_what_the_server_did(self):
        code, lines = against("refuse", "misbehave", "--links", 8, "--seconds", 0.5)
        kinds = lines[0]["kinds"]
        self.assertEqual((code, kinds["ping-flood"]["opened"]), (0, 0))
        self.assertGreater(kinds["ping-flood"]["ended"]["status 503"], 0)
        self.assertEqual(kinds["slow-opening"]["still_connected"], 2)
        self.assertLess(kinds["slow-opening"]["bytes_taken"], 20)

    def test_only_this_machine(self):
        for url in ("ws://192.0.2.1:80", "ws://localhost:80", "wss://127.0.0.1:80", "ws://127.1"):
            code, lines = asyncio.run(run("misbehave", url))
            self.assertEqual((code, lines), (2, []), url)


if __name__ == "__main__":
    if BIN is None:
        sys.exit(__doc__)
    unittest.main()
