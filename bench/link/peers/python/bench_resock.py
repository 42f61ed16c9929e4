"""The jobs of the link benchmark with the Python package (asyncio): see ../README.md."""

import asyncio
import gc
import sys
import time
import tracemalloc

import resock

import jobs


def add_options(parser):
    jobs.add_loop(parser)
    jobs.add_resock(parser)
    parser.add_argument("--trace", action="store_true",
                        help="idle: count what Python's own objects take")


async def opening(options):
    """A link that is open. It would go on trying for ever."""
    return await asyncio.wait_for(
        resock.connect(options.url, tls_ca_file=options.ca, **dict(options.set)).__aenter__(),
        options.patience)


async def send_all(socket, options, slots):
    message = jobs.messages_of(options.size)
    for number in range(options.warm_up + options.messages):
        await slots.acquire()
        await socket.send(message(number))


async def receive_all(socket, options, slots, echoes, clock):
    total = options.warm_up + options.messages
    async for data in socket:
        echoes.check(data)
        slots.release()
        if echoes.received == options.warm_up:
            clock.start()
        if echoes.distinct == total:
            return


async def exchange(socket, options, echoes, clock):
    """One call for each message."""
    slots = asyncio.Semaphore(options.in_flight)
    sending = asyncio.create_task(send_all(socket, options, slots))
    try:
        await receive_all(socket, options, slots, echoes, clock)
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)


async def exchange_many(socket, options, echoes, clock):
    """One call for all that there are."""
    batches = jobs.Batches(options, echoes, clock)
    await socket.send_many(batches.next())
    while not batches.is_over():
        batches.take(await socket.recv_many(options.in_flight))
        await socket.send_many(batches.next())


async def throughput(options):
    echoes = jobs.Echoes(options)
    clock = jobs.Clock()
    run = exchange_many if options.calls == "many" else exchange
    async with await opening(options) as socket:
        clock.start()
        working = asyncio.create_task(run(socket, options, echoes, clock))
        await patiently(working, options, echoes)
        jobs.tell_throughput(options, clock, echoes)
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


async def patiently(working, options, echoes):
    """Until it is over, or nothing has come for a while."""
    seen = -1
    while seen != echoes.received and not working.done():
        seen = echoes.received
        await asyncio.wait([working], timeout=options.patience)


async def ping_pong(options):
    echoes = jobs.Echoes(options)
    message = jobs.messages_of(options.size)
    times_us = []
    async with await opening(options) as socket:
        for number in range(options.warm_up + options.messages):
            began = time.perf_counter_ns()
            await socket.send(message(number))
            echoes.check(await socket.recv())
            times_us.append((time.perf_counter_ns() - began) / 1000)
    jobs.tell_times(options, times_us, echoes)


async def idle(options):
    turns = asyncio.Semaphore(jobs.OPENINGS)

    async def one():
        async with turns:
            return await opening(options)

    links = []
    if options.trace:
        links = [await one()]  # what is made once for all links
        gc.collect()
        tracemalloc.start()
    links += await asyncio.gather(*(one() for _ in range(options.links)), return_exceptions=True)
    failed = sum(isinstance(link, BaseException) for link in links)
    gc.collect()
    traced = {"traced_bytes": tracemalloc.get_traced_memory()[0]} if options.trace else {}
    jobs.tell({"links": options.links, "failed": failed, **traced})
    await asyncio.to_thread(sys.stdin.read)


async def check_echoes(socket, echoes):
    async for data in socket:
        echoes.check(data)
        if echoes.distinct == echoes.total:
            return


async def loss(options):
    """Reconnecting and sending again is the link's part. In a session the echoes are waited for:
    they, too, come exactly once."""
    message = jobs.messages_of(options.size)
    echoes = jobs.Echoes(options)
    async with await opening(options) as socket:
        receiving = asyncio.create_task(check_echoes(socket, echoes))
        pace = jobs.Pace(options.rate, options.messages)
        while not pace.is_over():
            for number in pace.due():
                await socket.send(message(number))
            await asyncio.sleep(0.001)
        await socket.flush(timeout=options.patience)
        if dict(options.set).get("delivery") == "exactly-once":
            await patiently(receiving, options, echoes)
        receiving.cancel()
        await asyncio.gather(receiving, return_exceptions=True)
        jobs.tell({"sent": options.messages, "reconnects": socket.stats().connections - 1,
                   "echoes": echoes.faults()})


if __name__ == "__main__":
    OPTIONS = jobs.parse_options(__doc__, extend=add_options)
    jobs.run({"throughput": throughput, "pingpong": ping_pong, "idle": idle, "loss": loss},
             OPTIONS, jobs.loop_runner(OPTIONS))
