"""feed URL COUNT TOPIC...: prints COUNT updates of these topics, each once, and closes."""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import Dict, List

import resock
from resock import events


def subscribe(link: resock.Link, seen: Dict[str, int]) -> None:
    """Sent now if there is a connection, and first on every later one."""
    for topic, last in seen.items():
        link.set_greeting(topic, f"subscribe {topic} {last}")


async def watch(link: resock.Link, happened: resock.EventStream, seen: Dict[str, int]) -> None:
    async for event in happened:
        if isinstance(event, events.Opened):
            print(f"open: {event.address} after {event.downtime:.3f} s", file=sys.stderr)
        elif isinstance(event, events.Down):
            print(f"down: {event.record.why}", file=sys.stderr)
            if event.record.delay is not None:  # there is a next attempt
                subscribe(link, seen)  # it asks for what we missed


def is_new(seen: Dict[str, int], update: str) -> bool:
    """Of "TOPIC NUMBER TEXT"; False for one that was here already."""
    topic, number = update.split(" ", 2)[:2]
    missing = int(number) - seen[topic] - 1
    if missing < 0:
        return False
    if missing > 0:
        print(f"{topic}: {missing} updates are missing", file=sys.stderr)
    seen[topic] = int(number)
    return True


async def follow(url: str, count: int, topics: List[str]) -> None:
    seen = dict.fromkeys(topics, 0)  # the last number of each topic
    async with resock.connect(
        url, wait=False, delivery="at-most-once", message_ttl=5, heartbeat_interval=5,
        heartbeat_timeout=5, reconnect_max=10, events_messages=1_000,
    ) as link:
        watching = asyncio.create_task(watch(link, link.events(), seen))
        subscribe(link, seen)
        async for update in link:
            if is_new(seen, str(update)):
                print(update, flush=True)
                count -= 1
                if count == 0:
                    break
    await watching  # ends with the link


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("count", type=int)
    parser.add_argument("topics", nargs="+")
    given = parser.parse_args()
    try:
        asyncio.run(follow(given.url, given.count, given.topics))
    except resock.Error as error:
        sys.exit(f"ended: {error}")


if __name__ == "__main__":
    main()
