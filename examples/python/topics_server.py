"""topics_server [URL [TOKEN]]: "publish TOPIC TEXT" goes, numbered, to all who sent "subscribe
TOPIC [SINCE]"."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections import deque
from contextlib import suppress
from typing import Deque, Dict, Optional, Set, Tuple

import resock

# What a client can make us keep has a bound: with message_max below 400 MB.
MOST_TOPICS = 500
MOST_RECENT = 100  # of a topic


class Topic:
    def __init__(self, name: str) -> None:
        self.name = name
        self.last = 0
        self.recent: Deque[Tuple[int, str]] = deque(maxlen=MOST_RECENT)
        self.subscribers: Set[resock.Link] = set()

    async def publish(self, text: str) -> None:
        self.last += 1
        line = f"{self.name} {self.last} {text}"
        self.recent.append((self.last, line))
        for link in list(self.subscribers):
            with suppress(resock.Closed):  # gone; its handler ends
                await link.send(line)

    async def subscribe(self, link: resock.Link, since: str) -> None:
        """With a number, what was published after it comes first."""
        self.subscribers.add(link)
        print("subscribed:", self.name, since, flush=True)
        for number, line in list(self.recent):
            if since.isdigit() and number > int(since):
                await link.send(line)


class Server:
    def __init__(self, token: str) -> None:
        self._token = token
        self._topics: Dict[str, Topic] = {}

    def decide(self, request: resock.Request) -> Optional[resock.Reject]:
        """Only to the opening of a link can be said no with an HTTP status."""
        if not self._token or request.header("Authorization") == f"Bearer {self._token}":
            return None
        return resock.Reject(401, "another token is needed", {"WWW-Authenticate": "Bearer"})

    async def handle(self, link: resock.Link) -> None:
        try:
            async for message in link:
                verb, _, rest = str(message).partition(" ")
                name, _, text = rest.partition(" ")
                if name not in self._topics and len(self._topics) == MOST_TOPICS:
                    return await link.close(4001, "there are too many topics")
                if verb not in ("publish", "subscribe") or not name:
                    return await link.close(4000, "publish TOPIC TEXT, subscribe TOPIC [SINCE]")
                topic = self._topics.setdefault(name, Topic(name))
                if verb == "publish":
                    await topic.publish(text)
                else:
                    await topic.subscribe(link, text)
        finally:
            for topic in self._topics.values():
                topic.subscribers.discard(link)


async def serve(url: str, token: str, chain: Optional[str], key: Optional[str]) -> None:
    topics = Server(token)
    async with resock.serve(
        topics.handle, listen_url=url, on_request=topics.decide, tls_cert_file=chain,
        tls_key_file=key, listen_memory="256MiB", message_max="8KiB", delivery="at-most-once",
        confirm="off", queue_messages=1_000, queue_full="drop-oldest",
    ) as server:
        print("listening on", server.addresses[0], flush=True)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.close)
        await server.wait_closed()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", nargs="?", default="ws://127.0.0.1:8080")
    parser.add_argument("token", nargs="?", default="")
    parser.add_argument("chain", nargs="?", help="certificates, for wss")
    parser.add_argument("key", nargs="?", help="their key")
    given = parser.parse_args()
    try:
        asyncio.run(serve(given.url, given.token, given.chain, given.key))
    except resock.Error as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
