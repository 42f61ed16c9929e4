"""Links that are still open when their interpreter ends, or that are let go without close()."""

from __future__ import annotations

import sys

import pytest
from child import run

ASYNCIO = """
import asyncio, resock
kept = []
async def main():
    asyncio.get_running_loop().slow_callback_duration = 60
    async def handler(link):
        await link.recv()
    kept.append(await resock.serve(handler, "127.0.0.1"))
    for url in ("echo:", kept[0].addresses[0]):
        kept.append(await resock.connect(url))
        kept.append(asyncio.ensure_future(kept[-1].recv()))
    kept.append(kept[1].events())
    await asyncio.sleep(0)
asyncio.run(main())
"""
SYNC = """
import resock.sync, threading
link = resock.sync.connect("echo:", on_event=lambda event: None)
link.send("x").wait()
stream = link.messages()
"""
DAEMON = """
import resock.sync, threading
links = [resock.sync.connect("echo:") for _ in range(60)]  # some of them are late
for link in links:
    threading.Thread(target=link.recv, daemon=True).start()
while not all(link._receives for link in links):
    pass
"""


@pytest.mark.parametrize("program", [ASYNCIO, SYNC, DAEMON], ids=["asyncio", "sync", "daemon"])
@pytest.mark.parametrize("options", [(), ("-X", "dev")], ids=["", "dev"])
def test_interpreter_ends_without_a_word(program, options):
    run(program, *options)


def test_messages_that_are_unconfirmed_are_told():
    program = """
import logging, sys, resock.sync
logging.basicConfig(stream=sys.stdout, level=logging.WARNING)
link = resock.sync.connect("ws://127.0.0.1:9", wait=False)
link.send("x")
"""
    assert "1 " in run(program)


def test_collected_without_close():
    run("""
import asyncio, gc, os, threading, resock, resock.sync
def count():
    return len(os.listdir("/proc/self/fd")), len(os.listdir("/proc/self/task"))
before = count()
def use():
    link = resock.sync.connect("echo:")
    link.send("x").wait()
    link.recv()
use()
async def main():
    link = await resock.connect("echo:")
    link.itself = link  # a cycle
    await (await link.send("x"))
asyncio.run(main())
gc.collect()
assert count() == before, (count(), before)
""")


def test_cycle_through_on_event():
    run("""
import asyncio, gc, weakref, resock
async def main():
    class Client:
        def on_event(self, event):
            self.last = event
    client = Client()
    client.link = await resock.connect("echo:", on_event=client.on_event)
    await (await client.link.send("x"))
    gone = weakref.ref(client.link)
    del client
    await asyncio.sleep(0)
    gc.collect()
    assert gone() is None
asyncio.run(main())
""")


def test_operations_that_are_never_awaited_are_told():
    out = run("""
import asyncio, gc, warnings, resock
async def main():
    async with resock.connect("echo:") as link:
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            link.send("x")
            link.recv()
            gc.collect()
        for each in seen:
            print(each.category.__name__, each.message)
        sending = link.send("x")
        await sending
        try:
            await sending
        except RuntimeError as error:
            print(error)
        assert link.stats().messages_accepted == 1
asyncio.run(main())
""")
    assert out.splitlines() == [
        "RuntimeWarning Link.send() was never awaited: it did nothing",
        "RuntimeWarning Link.recv() was never awaited: it did nothing",
        "cannot reuse already awaited Link.send()",
    ]


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="_interpreters has another interface")
def test_subinterpreter_is_refused():
    run("""
import _xxsubinterpreters as interpreters
made = interpreters.create()
try:
    interpreters.run_string(made, '''
try:
    import resock
    resock.connect
    raise AssertionError("imported")
except ImportError as error:
    assert "main interpreter" in str(error) or "subinterpreters" in str(error), error
''')
finally:
    interpreters.destroy(made)
import resock
""")
