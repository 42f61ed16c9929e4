"""Do the package's own programs notice what goes wrong? Run with the package on PYTHONPATH."""

import asyncio
import json
import sys
import unittest

from paths import PEERS  # noqa: I001: makes the others importable
from faulty_server import faulty

TIMEOUT_S = 60
FAULTS = ("lost", "twice", "out_of_order", "wrong")
ASYNCIO, SYNC = ("bench_resock.py", "--loop", "asyncio"), ("bench_resock_sync.py",)
MANY = ("--calls", "many")
ALL = [ASYNCIO, (*ASYNCIO, *MANY), SYNC, (*SYNC, *MANY)]


async def run(program, *arguments):
    """(exit code, what it reports, standard error)."""
    name, *options = program
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(PEERS / name), *map(str, arguments), *options,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE)
    out, err = await asyncio.wait_for(process.communicate(), TIMEOUT_S)
    return process.returncode, json.loads(out) if out else None, err.decode()


def against(fault, program, *arguments):
    async def all_of_it():
        async with faulty(fault) as url:
            return await run(program, *arguments, "--url", f"{url}/")
    return asyncio.run(all_of_it())


class Clients(unittest.TestCase):
    def check(self, fault, **wanted):
        for program in ALL:
            with self.subTest(program=program):
                code, found, err = against(fault, program, "throughput", "--messages", 900,
                                           "--warm-up", 100, "--in-flight", 50, "--patience", 1)
                self.assertEqual((code, found and found["messages"]), (0, 900), err)
                self.assertGreater(found["seconds"], 0)
                self.assertEqual({name: found[name] for name in FAULTS},
                                 {**dict.fromkeys(FAULTS, 0), **wanted})

    def test_all_comes_back(self):
        self.check("none")

    def test_a_message_that_is_missing(self):
        self.check("drop", lost=1)

    def test_a_message_that_comes_twice(self):
        self.check("twice", twice=1)

    def test_messages_that_change_places(self):
        self.check("swap", out_of_order=1)

    def test_an_opening_that_is_refused(self):
        for program in (ASYNCIO, SYNC):
            code, found, _ = against("refuse", program, "throughput", "--messages", 10,
                                     "--patience", 1)
            self.assertEqual((code, found), (1, None), program)

    def test_round_trips(self):
        for program in (ASYNCIO, SYNC):
            code, found, err = against("none", program, "pingpong", "--messages", 100,
                                       "--warm-up", 10)
            self.assertEqual((code, found["messages"], found["lost"]), (0, 100, 0), err)
            self.assertLess(0, found["p50_us"])
            self.assertLessEqual(found["p50_us"], found["max_us"])

    def test_idle_links_and_what_their_objects_take(self):
        code, found, err = against("none", ASYNCIO, "idle", "--links", 20, "--trace")
        self.assertEqual((code, found["links"], found["failed"]), (0, 20, 0), err)
        self.assertGreater(found["traced_bytes"], 20 * 100)

    def test_echoes_of_a_loss_run_are_counted(self):
        code, found, err = against("twice", ASYNCIO, "loss", "--messages", 600, "--rate", 3000)
        self.assertEqual((code, found["sent"], found["reconnects"], found["echoes"]["twice"]),
                         (0, 600, 0, 1), err)

    def test_wrong_usage(self):
        for wrong in (("throughput", "--size", 7), ("throughput", "--set", "delivery"), ("fly",)):
            for program in (ASYNCIO, SYNC):
                code, found, _ = asyncio.run(run(program, *wrong, "--url", "ws://127.0.0.1:1/"))
                self.assertEqual((code, found), (2, None), (program, wrong))


if __name__ == "__main__":
    unittest.main()
