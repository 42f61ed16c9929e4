"""A program that type checkers accept as it stands: every name of the package in its usual place."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path
from typing import Dict, List, Mapping, Optional, Union

import resock
from resock import events, sync

LEVELS: List[resock.Level] = [
    resock.Level.STORED, resock.Level.WRITTEN, resock.Level.RECEIVED, resock.Level.PROCESSED,
]


def show(event: events.Event) -> str:
    """Every kind of event has its own fields."""
    if isinstance(event, events.Opened):
        return f"{event.address} {event.connection + 1} {event.downtime:.1f}"
    if isinstance(event, events.Down):
        return told(event.record)
    if isinstance(event, events.Failed):
        return f"{event.first}-{event.last} {event.reason is resock.Reason.EXPIRED}"
    if isinstance(event, events.Confirmed):
        return f"{event.through} {event.level >= resock.Level.RECEIVED}"
    if isinstance(event, events.Lost):
        return f"{event.text} {event.reason == resock.LostReason.UNKNOWN_SESSION}"
    if isinstance(event, events.Closed):
        return told(event.record)
    if isinstance(event, (events.Accepted, events.Credentials, events.Request, events.Writable)):
        return str(event.link_id)
    if isinstance(event, events.Message):
        return repr(event.data)
    return event.text  # of events.Log, the last kind


def told(record: resock.Disconnect) -> str:
    return f"{record.why} {record.close_code} {record.http_status} {record.delay}"


def explain(error: resock.Error) -> str:
    """Every exception has what a program may want to know."""
    if isinstance(error, resock.MessageFailed):
        kinds = (
            resock.Expired, resock.Dropped, resock.MessageRefused, resock.NotSent, resock.InDoubt,
        )
        return f"{error.id} {error.reason} {isinstance(error, kinds)}"
    if isinstance(error, resock.ConnectFailed):
        kinds_of_failure = (
            resock.Refused, resock.TLSError, resock.Unreachable, resock.NotWebSocket,
        )
        return f"{error.http_status} {isinstance(error, kinds_of_failure)}"
    if isinstance(error, (resock.OptionError, resock.Invalid, resock.TooBig)):
        return str(ValueError(error))
    if isinstance(error, (resock.QueueFull, resock.Timeout, resock.Busy, resock.WrongState)):
        return "again"
    if isinstance(error, (resock.Closed, resock.Lost, resock.Forked)):
        return told(error.record) if error.record else "ended"
    if isinstance(error, (resock.NotSupported, resock.IOFailed, resock.InternalError)):
        return error.status or ""
    return str(error)


async def token(asked: events.Credentials) -> Optional[Mapping[str, object]]:
    return {"http_header": {"Authorization": f"Bearer {asked.attempt}"}}


async def receive(link: resock.Link, count: int) -> List[Union[str, bytes]]:
    taken: List[Union[str, bytes]] = [await link.recv()]
    async for message in link:
        taken.append(message)
        if len(taken) == count:
            break
    return taken


async def use_a_link(url: str) -> None:
    more: Dict[str, object] = {}
    async with resock.connect(
        url, wait=True, credentials=token, credentials_when="refused", on_event=show,
        heartbeat_interval=10, heartbeat_timeout="5s", close_timeout=timedelta(seconds=2),
        queue_bytes="1MiB", queue_messages=1_000, queue_full="wait", tls_ca_file=None,
        tls_min_version=1.2, http_header={"X-Name": ["a", "b"]}, http_subprotocols=["a", "b"],
        verdict_1006="now", verdict_4001="stop", verdict_dns_unknown="backoff", greeting_hold=True,
    ) as link:
        stream: resock.EventStream = link.events()
        link.ready()
        link.set_options(heartbeat_interval=5.5, verdict_404="slow")
        link.set_credentials(http_header=[("X-Name", "c")])
        link.set_greeting("name", "hello")
        link.remove_greeting("name")
        receipt: resock.Receipt = await link.send("text", ttl=5.0, kept=True, flush=True)
        reached: resock.Level = await receipt
        await receipt.received
        assert (reached in LEVELS, receipt.done(), receipt.level, receipt.failure) == (
            True, True, reached, None,
        )
        more["receipts"] = await link.send_many([b"binary", bytearray(b"array"), memoryview(b"x")])
        link.confirm(receipt, through=True)
        await link.flush(resock.Level.RECEIVED, timeout=60)
        print(*await receive(link, 3), *await link.recv_many(10))
        link.retry_now()
        state: resock.State = link.state
        stats: resock.Stats = link.stats()
        history: List[resock.Disconnect] = link.history()
        print(state, stats.messages_accepted, len(history), link.id, stream.skipped)
        await link.close(1000, "done")
        print([type(event).__name__ async for event in stream][-1:], link.record is not None)


async def answer(link: resock.Link) -> None:
    messages: resock.MessageStream = link.messages()
    async for message in messages:
        kept: resock.Message = message
        await link.send(kept.data)
        kept.done()


def decide(request: resock.Request) -> Union[None, resock.Reject, Mapping[str, object]]:
    if request.path == "/":
        return None
    return resock.Reject(404, "there is no such path", {"X-Path": request.path})


async def use_a_server() -> None:
    async with resock.serve(
        answer, "127.0.0.1", 0, on_request=decide, listen_connections=100, message_max="1MiB"
    ) as server:
        accepting: resock.Server = server
        async with resock.connect(f"{accepting.addresses[0]}/") as link:
            await link.send("hello")
            print(await link.recv(), [each.state for each in accepting.links])
        stats: resock.ListenerStats = accepting.stats()
        refused: List[resock.RefusedOpening] = accepting.history()
        print(stats.accepted, len(refused), accepting.port > 0)


def use_without_asyncio(url: str) -> None:
    with sync.connect(url, timeout=60, reconnect_attempts=3) as link:
        blocking: sync.Link = link
        stream: sync.EventStream = blocking.events()
        receipt: sync.Receipt = blocking.send("one", timeout=5)
        level: resock.Level = receipt.wait(timeout=60)
        blocking.send_many(["two", "three"])
        messages: sync.MessageStream = blocking.messages()
        print(level, blocking.recv(timeout=60), next(messages).data, blocking.recv_many())
        print(isinstance(stream.get(timeout=60), events.Confirmed))


def main() -> int:
    resock.configure(io_threads=1, log_level="warning")
    print(resock.__version__, Path(resock.library_path()).name, Path(resock.include_path()).name)
    try:
        asyncio.run(use_a_link("echo:"))
        asyncio.run(use_a_server())
        use_without_asyncio("echo:")
    except resock.Error as error:
        print(explain(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
