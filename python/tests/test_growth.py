"""A thousand links, one after the other: memory, threads and descriptors stay what they were."""

from __future__ import annotations

from child import run

PROGRAM = """
import asyncio, gc, os, resock, resock.sync
def memory():
    gc.collect()
    with open("/proc/self/statm") as numbers:
        return int(numbers.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
def handles():
    return sorted(os.listdir("/proc/self/fd")), len(os.listdir("/proc/self/task"))
async def one():
    async with resock.connect("echo:") as link:
        receipt = await link.send("x")
        assert await link.recv() == "x"
        await receipt
async def several(count):
    for _ in range(count):
        await one()
def blocking(count):
    for _ in range(count):
        with resock.sync.connect("echo:") as link:
            link.send("x").wait()
            assert link.recv() == "x"
def work(count):
    {work}
before = handles()
work(200)
used = memory()
work(1000)
grown = memory() - used
# AddressSanitizer keeps what is freed.
assert grown < 3 << 20 or "libasan" in os.environ.get("LD_PRELOAD", ""), grown
assert handles() == before, (handles(), before)
"""


def test_asyncio():
    run(PROGRAM.format(work="asyncio.run(several(count))"))


def test_a_loop_for_each():
    run(PROGRAM.format(work="[asyncio.run(one()) for _ in range(count // 4)]"))


def test_blocking():
    run(PROGRAM.format(work="blocking(count)"))
