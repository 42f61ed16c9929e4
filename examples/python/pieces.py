"""Pieces that docs/python/guide.md shows, each a function of its own. The tests run all of them."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from datetime import timedelta
from typing import List, Union

import resock
from resock import events


async def receipts(link: resock.Link) -> None:
    receipt = await link.send("pay 5")  # accepted: it waits in the queue
    await receipt.written  # given to the operating system
    await receipt.received  # read by the peer's endpoint
    await receipt  # the final level: here received
    print(receipt.id, receipt.level, receipt.done())


async def failures(link: resock.Link) -> str:
    receipt = await link.send("price 7", ttl=0.5)
    try:
        await receipt
    except (resock.Expired, resock.NotSent, resock.Dropped):
        return "it did not arrive: it may be sent again"
    except resock.InDoubt:
        return "it may have arrived"
    except resock.MessageRefused:
        return "the server does not take it"
    return "arrived"


async def many(link: resock.Link) -> List[Union[str, bytes]]:
    await link.send_many([f"line {number}" for number in range(1_000)])
    await link.flush(timeout=60)  # all of them are confirmed
    return await link.recv_many()  # what waits, at least one


async def what_happens(url: str) -> None:
    async with resock.connect(url) as link:
        happened = link.events()  # from now on
        await link.send("hello")
        async for event in happened:
            if isinstance(event, events.Down):
                print(event.record.why, event.record.delay)
            elif isinstance(event, events.Closed):
                print("ended:", event.record.why)


def in_a_callback(event: events.Event) -> None:
    print(event)  # "OPEN 192.0.2.1:443, connection 1", as `resock connect --events` has it


async def looked_up_later(link: resock.Link) -> None:
    print(link.state, link.stats().messages_resent)
    for record in link.history():  # the last 64 breaks
        print(record.why)


def log_to_a_file(path: str) -> None:
    logging.basicConfig(filename=path, level=logging.INFO)
    logging.getLogger("resock").setLevel(logging.INFO)  # before the first link is opened


async def options(url: str) -> resock.Link:
    return await resock.connect(
        url,
        heartbeat_interval=5,  # seconds; also 0.5, "500ms", timedelta(...)
        reconnect_max=timedelta(minutes=2),
        queue_bytes="64MiB",  # or a number of bytes
        http_header={"Authorization": "Bearer secret"},
        http_subprotocols=["v2", "v1"],
        verdict_1008="backoff",  # come back also after that close code
    )


async def errors(url: str) -> str:
    try:
        async with resock.connect(url, reconnect_attempts=3) as link:
            await link.send("hello")
            return str(await link.recv())
    except resock.Refused as error:
        return f"the server said {error.http_status}"
    except resock.ConnectFailed as error:
        return f"no connection: {error}"
    except resock.Closed as error:
        return f"ended: {error.record.why if error.record else error}"


def without_asyncio(url: str) -> List[str]:
    with resock.sync.connect(url, timeout=30) as link:
        receipt = link.send("one")
        receipt.wait(timeout=30)
        arrived = [str(link.recv(timeout=30))]
        link.send_many(["two", "three"])
        for message in link:
            arrived.append(str(message))
            if len(arrived) == 3:
                break
        return arrived


def two_threads(link: resock.sync.Link) -> List[str]:
    sending = threading.Thread(target=lambda: [link.send(f"line {n}") for n in range(3)])
    sending.start()
    arrived = [str(link.recv(timeout=30)) for _ in range(3)]  # one thread at a time receives
    sending.join()
    return arrived


def in_a_forked_child(link: resock.sync.Link) -> None:
    child = os.fork()
    if child == 0:
        try:
            link.send("mine?")
        except resock.Forked:  # the link is the parent's: the child opens its own
            with resock.sync.connect("echo:") as own:
                own.send("hello")
            os._exit(0)
        os._exit(1)
    _, status = os.waitpid(child, 0)
    assert status == 0


async def with_uvloop() -> None:
    """uvloop.run(with_uvloop()): nothing else is to be done for it."""
    async with resock.connect("echo:") as link:
        await link.send("hello")
        print(await link.recv(), type(asyncio.get_running_loop()).__module__)
