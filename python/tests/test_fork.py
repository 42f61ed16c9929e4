"""fork(): the child is told to make links of its own, and the parent is unharmed."""

from __future__ import annotations

from child import run

# Runs child() in a forked child, and ends with what that one ended with.
FORK = """
import os, sys, threading, warnings
import resock, resock.sync
def refused(call):
    try:
        call()
    except resock.Forked as error:
        assert "fork" in str(error), error
    else:
        raise AssertionError("not refused")
def fork(child):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # from Python 3.12 on, with threads
        process = os.fork()
    if process == 0:
        code = 1
        try:
            child()
            code = 0
        except BaseException as error:
            sys.excepthook(type(error), error, error.__traceback__)
        finally:
            sys.stderr.flush()
            os._exit(code)
    assert os.waitpid(process, 0)[1] == 0
"""


def test_blocking_links():
    run(FORK + """
link = resock.sync.connect("echo:")
receipt = link.send("x")
receipt.wait()
link.recv()
stream = link.events()
def child():
    for call in (lambda: link.send("y"), lambda: link.send_many(["y"]), lambda: link.recv(60),
                 lambda: link.recv_many(1, 60), lambda: next(link), lambda: link.flush(timeout=60),
                 lambda: stream.get(60), link.retry_now, link.stats, link.history, link.close,
                 lambda: link.set_options(heartbeat_interval=1), lambda: link.confirm(1)):
        refused(call)
    with resock.sync.connect("echo:") as own:
        own.send("of the child")
        assert own.recv(60) == "of the child"
    link.abort()
fork(child)
link.send("of the parent")
assert link.recv(60) == "of the parent"
link.close()
""")


def test_while_a_thread_reads_for_all():
    run(FORK + """
link = resock.sync.connect("echo:")
idle = resock.sync.connect("echo:", on_event=lambda event: None)
got = []
blocked = threading.Thread(target=lambda: got.append(link.recv(60)), daemon=True)
blocked.start()
while not link._receives:
    pass
def child():
    refused(lambda: idle.recv(60))
    refused(lambda: idle.flush(timeout=60))
    with resock.sync.connect("echo:", on_event=lambda event: None) as own:
        own.send("of the child")
        assert own.recv(60) == "of the child"
    idle.abort()
    link.abort()
fork(child)
link.send("of the parent")
blocked.join(60)
assert got == ["of the parent"]
link.close()
idle.close()
""")


def test_links_of_asyncio():
    run(FORK + """
import asyncio
async def main():
    async with resock.serve(lambda link: link.close(), "127.0.0.1") as server:
        async with resock.connect("echo:") as link:
            def child():
                async def use():
                    async with resock.connect("echo:") as own:
                        await own.send("of the child")
                        assert await own.recv() == "of the child"
                asyncio.set_event_loop(None)
                asyncio._set_running_loop(None)
                refused(link.retry_now)
                refused(link.stats)
                for call in (link.send("x"), link.recv(), link.send_many(["x"]), link.flush()):
                    refused(lambda: call.send(None))
                asyncio.run(use())
                link.abort()
            fork(child)
            await link.send("of the parent")
            assert await link.recv() == "of the parent"
asyncio.run(main())
""")


def test_child_that_ends_in_the_usual_way():
    """multiprocessing's fork: objects of the parent are freed, exit functions run."""
    run(FORK + """
import multiprocessing
link = resock.sync.connect("echo:")
def child():
    global link
    del link
    import gc
    gc.collect()
with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    process = multiprocessing.get_context("fork").Process(target=child)
    process.start()
process.join(60)
assert process.exitcode == 0, process.exitcode
link.send("x")
assert link.recv(60) == "x"
link.close()
""")
