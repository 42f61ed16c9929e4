"""What all tests of links share: both event loops, and the proof that nothing is left behind."""

from __future__ import annotations

import asyncio
import gc
import os
import sys

import pytest

PATIENCE_S = float(os.environ.get("RESOCK_TEST_PATIENCE_S", "30"))


def _new_loop(name):
    if name == "asyncio":
        return asyncio.new_event_loop()
    return pytest.importorskip("uvloop").new_event_loop()


def _end(loop):
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    if tasks:
        loop.run_until_complete(asyncio.wait(tasks, timeout=PATIENCE_S))
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()


def run_in(name, main):
    """The result of the coroutine, in a new loop of that maker; what the loop reports is an error."""
    loop = _new_loop(name)
    reported = []
    loop.set_exception_handler(lambda _, context: reported.append(context))
    try:
        result = loop.run_until_complete(asyncio.wait_for(main, PATIENCE_S))
    finally:
        _end(loop)
    gc.collect()
    assert not reported, reported
    return result


@pytest.fixture(params=["asyncio", "uvloop"])
def run(request):
    """run(main()) as asyncio.run does, in the loop of each maker, for a minute at most."""
    return lambda main: run_in(request.param, main)


@pytest.fixture(autouse=True)
def nothing_is_left():
    """The last link of a test takes the hub with it, and so its threads and descriptors."""
    yield
    hubs = sys.modules.get("resock._hubs")
    if hubs is not None:
        gc.collect()
        assert not list(hubs._all)
