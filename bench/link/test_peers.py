"""Do the clients of other makers notice what goes wrong? One that is not installed is left out."""

import asyncio
import json
import os
import sys
import unittest

import paths

for folder in ("bench/support", "bench/listener"):
    sys.path.append(str(paths.ROOT / folder))

from contenders import of_others
from faulty_server import faulty

TIMEOUT_S = 60
FAULTS = ("lost", "twice", "out_of_order", "wrong")


async def run(peer, url, *arguments):
    """(exit code, what it reports)."""
    process = await asyncio.create_subprocess_exec(
        *peer.command(*arguments, "--url", url), stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, **peer.env})
    out, _ = await asyncio.wait_for(process.communicate(), TIMEOUT_S)
    return process.returncode, json.loads(out) if out else None


def against(fault, peer, *arguments):
    async def all_of_it():
        async with faulty(fault) as url:
            return await run(peer, f"{url}/", *arguments)
    return asyncio.run(all_of_it())


class Peers(unittest.TestCase):
    def each(self):
        present = [peer for peer in of_others() if not peer.absent()]
        if not present:
            self.skipTest("no peer is installed: `./dev bench --all` does it")
        return present

    def check(self, fault, **wanted):
        for peer in self.each():
            code, found = against(fault, peer, "throughput", "--messages", 900, "--warm-up", 100,
                                  "--in-flight", 50, "--patience", 1)
            self.assertEqual((code, found["messages"]), (0, 900), peer.name)
            self.assertEqual({name: found[name] for name in FAULTS},
                             {**dict.fromkeys(FAULTS, 0), **wanted}, peer.name)

    def test_all_comes_back(self):
        self.check("none")

    def test_a_message_that_is_missing(self):
        self.check("drop", lost=1)

    def test_a_message_that_comes_twice(self):
        self.check("twice", twice=1)

    def test_a_link_that_is_closed_loses_the_rest(self):
        for peer in self.each():
            code, found = against("close", peer, "throughput", "--messages", 1000, "--in-flight",
                                  50, "--patience", 1)
            self.assertEqual(code, 0, peer.name)
            self.assertGreaterEqual(found["lost"], 501, peer.name)

    def test_an_opening_that_is_refused(self):
        for peer in self.each():
            code, found = against("refuse", peer, "throughput", "--messages", 10)
            self.assertEqual((code, found), (1, None), peer.name)

    def test_round_trips(self):
        for peer in self.each():
            code, found = against("none", peer, "pingpong", "--messages", 100, "--warm-up", 10)
            self.assertEqual((code, found["messages"], found["lost"]), (0, 100, 0), peer.name)
            self.assertLess(0, found["p50_us"])
            self.assertLessEqual(found["p50_us"], found["p99_us"])
            self.assertLessEqual(found["p99_us"], found["max_us"])

    def test_wrong_usage(self):
        for peer in self.each():
            code, found = asyncio.run(run(peer, "ws://127.0.0.1:1/", "throughput", "--size", 7))
            self.assertEqual((code, found), (2, None), peer.name)


if __name__ == "__main__":
    unittest.main()
