"""Signals while a blocking call waits: Ctrl-C ends it at once."""

from __future__ import annotations

import signal

import pytest
from child import interrupted

BLOCK = """
import resock, resock.sync
link = resock.sync.connect({url!r}, wait=False, queue_messages=1)
receipt = link.send("x")
stream = link.events()
if {url!r} == "echo:":
    link.recv()
try:
    print("blocks", flush=True)
    {call}
finally:
    link.abort()
"""
SILENT, ECHO = "ws://127.0.0.1:9", "echo:"


@pytest.mark.parametrize(
    "url, call",
    [
        (ECHO, "link.recv()"),
        (ECHO, "link.recv(1000)"),
        (ECHO, "link.recv_many()"),
        (ECHO, "next(link)"),
        (ECHO, "next(link.messages())"),
        (SILENT, "link.send('y')"),
        (SILENT, "link.send_many(['y', 'z'])"),
        (SILENT, "link.flush()"),
        (SILENT, "receipt.wait()"),
        (SILENT, "link.close()"),
        (SILENT, "list(stream)"),
        (SILENT, "resock.sync.connect('ws://127.0.0.1:9', reconnect_max=1000)"),
    ],
)
def test_ctrl_c(url, call):
    code, _, errors = interrupted(BLOCK.format(url=url, call=call))
    assert code in (-signal.SIGINT, 130), errors
    assert errors.rstrip().endswith("KeyboardInterrupt")
    assert errors.count("Traceback") == 1, errors


def test_ctrl_c_while_another_thread_reads_for_all():
    program = """
import resock.sync, threading
link, other = (resock.sync.connect("echo:") for _ in range(2))
reading = threading.Thread(target=lambda: [None for _ in other], daemon=True)
reading.start()
try:
    print("blocks", flush=True)
    link.recv()
except KeyboardInterrupt:
    other.close()
    reading.join(60)
    link.send("goes on")
    print(link.recv(), reading.is_alive())
    link.close()
"""
    assert interrupted(program) == (0, "goes on False\n", "")


def test_ctrl_c_inside_the_block_cuts_the_link():
    program = """
import resock.sync
try:
    with resock.sync.connect("ws://127.0.0.1:9", wait=False) as link:
        print("blocks", flush=True)
        link.recv()
except KeyboardInterrupt:
    print(link.state)
"""
    assert interrupted(program) == (0, "finished\n", "")


def test_handler_that_does_not_raise():
    program = """
import resock.sync, signal
def handler(number, frame):
    link.send("by the handler")
signal.signal(signal.SIGUSR1, handler)
with resock.sync.connect("echo:") as link:
    print("blocks", flush=True)
    print(link.recv())
"""
    assert interrupted(program, signal.SIGUSR1) == (0, "by the handler\n", "")


def test_ctrl_c_in_asyncio():
    program = """
import asyncio, resock
async def main():
    async with resock.connect("echo:") as link:
        print("blocks", flush=True)
        await link.recv()
try:
    asyncio.run(main())
except KeyboardInterrupt:
    print("out")
"""
    assert interrupted(program) == (0, "out\n", "")
