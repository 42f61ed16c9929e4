"""The jobs of the link benchmark with websockets (asyncio, uvloop): see ../README.md."""

import asyncio
import sys
import time

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, WebSocketException

import jobs


def opening(options):
    # Without compression (as everywhere here), and messages of any size.
    return connect(options.url, ssl=jobs.trust(options), compression=None, max_size=None,
                   proxy=None)


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


async def throughput(options):
    slots = asyncio.Semaphore(options.in_flight)
    echoes = jobs.Echoes(options)
    async with opening(options) as socket:
        clock = jobs.Clock()
        sending = asyncio.create_task(send_all(socket, options, slots))
        receiving = asyncio.create_task(receive_all(socket, options, slots, echoes, clock))
        seen = -1
        while seen != echoes.received and not receiving.done():
            seen = echoes.received
            await asyncio.wait([receiving], timeout=options.patience)
        jobs.tell_throughput(options, clock, echoes)
        for task in (sending, receiving):
            task.cancel()
        await asyncio.gather(sending, receiving, return_exceptions=True)


async def ping_pong(options):
    echoes = jobs.Echoes(options)
    message = jobs.messages_of(options.size)
    times_us = []
    async with opening(options) as socket:
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

    links = await asyncio.gather(*(one() for _ in range(options.links)), return_exceptions=True)
    failed = sum(isinstance(link, BaseException) for link in links)
    jobs.tell({"links": options.links, "failed": failed})
    await asyncio.to_thread(sys.stdin.read)


async def reconnect(options):
    """Connects as long as it takes, and reads what comes, which nobody wants."""
    async def drain(socket):
        async for _ in socket:
            pass

    async with asyncio.timeout(jobs.IDLE_TIMEOUT_S):
        while True:
            try:
                socket = await opening(options)
                return socket, asyncio.create_task(drain(socket))
            except (OSError, EOFError, WebSocketException):
                await asyncio.sleep(0.001)


async def loss(options):
    message = jobs.messages_of(options.size)
    socket, drain = await reconnect(options)
    pace, reconnects = jobs.Pace(options.rate, options.messages), 0
    while not pace.is_over():
        try:
            for number in pace.due():
                await socket.send(message(number))
            await asyncio.sleep(0.001)
        except ConnectionClosed:
            down = time.perf_counter()
            await asyncio.gather(drain, return_exceptions=True)
            socket, drain = await reconnect(options)
            reconnects += 1
            pace.skip(time.perf_counter() - down)
    await socket.close()
    await asyncio.gather(drain, return_exceptions=True)
    jobs.tell({"sent": options.messages, "reconnects": reconnects})


if __name__ == "__main__":
    OPTIONS = jobs.parse_options(__doc__, extend=jobs.add_loop)
    jobs.run({"throughput": throughput, "pingpong": ping_pong, "idle": idle, "loss": loss},
             OPTIONS, jobs.loop_runner(OPTIONS))
