"""Links of asyncio leave nothing behind: streams, futures, wakeups, the reader of the loop."""

from __future__ import annotations

import asyncio
import gc
import threading

import pytest
from conftest import run_in

import resock

SILENT = "ws://127.0.0.1:9"


def test_recv_many_finishes_the_batch_before(run):
    async def main():
        async def handler(link):
            while True:
                await link.recv_many()

        async with resock.serve(handler, "127.0.0.1") as server:
            async with resock.connect(server.addresses[0], delivery="exactly-once") as link:
                receipt = await link.send("x")
                assert await receipt.processed is resock.Level.PROCESSED

    run(main())


def test_flush_within_no_time(run):
    async def main():
        async with resock.connect("echo:") as link:
            await (await link.send("x"))
            await link.flush(timeout=0)
        link = await resock.connect(SILENT, wait=False)
        await link.send("x")
        with pytest.raises(resock.Timeout):
            await link.flush(timeout=0)
        link.abort()

    run(main())


def test_streams_that_nobody_reads_are_gone(run):
    async def main():
        async with resock.connect("echo:") as link:
            kept = link.events()
            for _ in range(5):
                link.events()
            gc.collect()
            assert list(link._streams) == [kept]

    run(main())


def test_waits_that_were_cancelled_are_gone(run):
    async def main():
        link = await resock.connect(SILENT, wait=False)
        receipt = await link.send("x")

        async def wait_for(receipt):
            await receipt

        tasks = [asyncio.ensure_future(each) for each in (wait_for(receipt), link.flush())]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert sum(asyncio.isfuture(each) for each in gc.get_referents(link)) >= 2
        for each in tasks:
            each.cancel()
        await asyncio.wait(tasks)
        assert not any(asyncio.isfuture(each) for each in gc.get_referents(link))
        link.abort()

    run(main())


def test_ctrl_c_in_the_middle_of_a_wakeup_is_for_the_program():
    """asyncio has lost the wakeup then; that the program is to end is not lost with it."""
    loop = asyncio.new_event_loop()
    loop.set_exception_handler(lambda *_: None)  # of the task that never runs again
    real, armed = loop.call_soon, []

    def call_soon(callback, *args, context=None):
        of_future = args and asyncio.isfuture(args[0]) and not isinstance(args[0], asyncio.Task)
        if armed and of_future:
            armed.clear()
            raise KeyboardInterrupt
        return real(callback, *args, context=context)

    async def receive(link):
        loop.create_task(link.recv())
        await asyncio.sleep(0)
        await link.send("x")
        armed.append(True)
        await asyncio.sleep(60)

    link = loop.run_until_complete(resock.connect("echo:"))
    loop.call_soon = call_soon
    with pytest.raises(KeyboardInterrupt):
        loop.run_until_complete(receive(link))
    link.abort()
    loop.close()


def test_link_that_another_thread_collects():
    """The reader is removed by the loop's own thread."""
    threads = []

    async def main():
        loop = asyncio.get_running_loop()
        removed, real = asyncio.Event(), loop.remove_reader

        def remove_reader(descriptor):
            threads.append(threading.current_thread())
            removed.set()
            return real(descriptor)

        loop.remove_reader = remove_reader
        links = [await resock.connect("echo:")]
        collecting = threading.Thread(target=links.clear)
        collecting.start()
        collecting.join()
        await removed.wait()
        del loop.remove_reader

    run_in("asyncio", main())
    assert threads == [threading.current_thread()]
