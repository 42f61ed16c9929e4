"""server [PORT]: prints what its clients send; those with a session deliver each message once."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from typing import Optional

import resock


async def handle(link: resock.Link) -> None:
    async for message in link.messages():
        again = "(again) " if message.redelivered else ""
        print(f"{again}{message.data!s}", flush=True)
        message.done()  # a session may forget it; else at the next turn


async def serve(port: int, only_sessions: bool, sessions: Optional[str]) -> None:
    async with resock.serve(
        handle, "127.0.0.1", port, listen_sessions=sessions,
        delivery="exactly-once" if only_sessions else None,
    ) as server:
        print("listening on", server.addresses[0], flush=True)
        # Accepts no more, and ends once what was sent is confirmed, within ten seconds.
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.close)
        await server.wait_closed()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int, nargs="?", default=8080)
    parser.add_argument("--exactly-once", action="store_true", help="refuse plain clients")
    parser.add_argument("--sessions", metavar="FILE", help="sessions outlive a restart in it")
    given = parser.parse_args()
    try:
        asyncio.run(serve(given.port, given.exactly_once, given.sessions))
    except resock.Error as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
