"""Threads that share one hub, in an order that is forced: what one takes reaches the other.

With a switch interval of an hour a thread keeps the GIL until it waits or lets go of it: what
stands between two such places happens at once.
"""

from __future__ import annotations

import pytest
from child import run

BEGIN = """
import sys, threading, resock, resock.sync
sys.setswitchinterval(3600)
def begin(work):
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread
def ended(thread):
    thread.join(20)
    return not thread.is_alive()
"""


def test_receipt_that_comes_behind_that_of_a_later_message():
    """A large send lets go of the GIL; a small one overtakes it on the way back to Python.

    Not by send(), which drains first: a line of the log would let go of the GIL, too.
    """
    program = BEGIN + """
data = b"x" * 16_000_000
def race():
    link = resock.sync.connect("ws://127.0.0.1:9", wait=False, close_timeout=0.01)
    receipts, ready = {}, threading.Event()
    def large():
        ready.set()
        receipts["large"] = link._try_send(data, 0, 0)
    thread = begin(large)
    ready.wait()
    while link._stat(1) == 0:
        pass
    receipts["small"] = link._try_send("small", 0, 0)
    is_first = "large" not in receipts
    assert ended(thread)
    return is_first, link, receipts
for _ in range(100):
    is_first, link, receipts = race()
    if is_first:
        break
    link.close()
assert is_first
assert (receipts["large"].id, receipts["small"].id) == (1, 2)
link.close()
for each in receipts.values():
    assert isinstance(each.failure, resock.NotSent), each
    try:
        print(each.wait(0))
    except resock.NotSent:
        pass
"""
    assert run(program) == ""


def test_message_that_another_thread_took_while_this_one_began_to_wait():
    """The one that drains is held up between two events; the other leads, and waits for nothing."""
    program = BEGIN + """
from select import select
first = resock.sync.connect("echo:", wait=False)
while first.state is not resock.State.OPEN:
    pass
second = resock.sync.connect("echo:", wait=False)
while second.state is not resock.State.OPEN:
    pass
select([first._hub.pump.fd()], [], [], 20)
leads, got = threading.Event(), []
def ready():
    leads.set()
    return second.opened is not None
def wait():
    got.append(second._wait_until(ready, 20))
tell = first._event
def held_up(*event):
    first._event = tell
    tell(*event)
    got.append(begin(wait))
    leads.wait()
first._event = held_up
first._drain()
thread = got.pop(0)
assert ended(thread)
assert got == [True], got
first.close()
second.close()
"""
    assert run(program) == ""


@pytest.mark.parametrize(
    ("call", "error"), [("link.recv()", "Closed"), ("link.events().get()", "Closed")]
)
def test_abort_wakes_who_waits_for_the_link(call, error):
    program = BEGIN + f"""
link, other = (resock.sync.connect("echo:") for _ in range(2))
begun, got = threading.Event(), []
def wait():
    begun.set()
    try:
        {call}
    except resock.{error} as failure:
        got.append(failure)
thread = begin(wait)
begun.wait()
link.abort()
assert ended(thread)
assert len(got) == 1
other.close()
"""
    assert run(program) == ""


def test_timeout_of_zero_takes_what_is_there():
    program = """
import resock, resock.sync
from select import select
link = resock.sync.connect("echo:")
stream = link.events()
link.send("x")
def take(call):
    for _ in range(100):
        select([link._hub.pump.fd()], [], [], 0.2)
        try:
            return call(timeout=0)
        except resock.Timeout:
            pass
assert take(link.recv) == "x"
link.send("y")
assert take(link.recv_many) == ["y"]
link.close()
"""
    assert run(program) == ""


def test_sys_exit_in_a_callable_leaves_the_thread_of_all_links():
    program = """
import logging, sys, threading, resock, resock.sync
logging.getLogger("resock").addHandler(logging.NullHandler())
again = threading.Event()
def leave(event):
    sys.exit()
with resock.sync.connect("echo:", on_event=leave) as link:
    with resock.sync.connect("echo:", on_event=lambda event: again.set()):
        assert again.wait(20)
try:
    resock.sync.connect("ws://127.0.0.1:9", credentials=leave)
except resock.ConnectFailed:
    print("no credentials")
"""
    assert run(program) == "no credentials\n"


def test_system_exit_of_a_signal_in_the_middle_of_an_event():
    program = """
import signal, sys, resock.sync
signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
link = resock.sync.connect("echo:", wait=False)
tell = link._event
def interrupted(*event):
    link._event = tell
    tell(*event)
    signal.raise_signal(signal.SIGTERM)
link._event = interrupted
try:
    link.recv()
finally:
    link.abort()
"""
    run(program, code=7)
