"""sensor | device URL OUTBOX: delivers each line of the sensor once, also over restarts."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from typing import AsyncIterator

import resock


async def lines_of_pipe() -> AsyncIterator[str]:
    """What comes through standard input, until it ends or SIGTERM."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    loop.add_signal_handler(signal.SIGTERM, reader.feed_eof)
    async for line in reader:
        yield line.decode().rstrip("\n")


async def deliver(url: str, outbox: str) -> None:
    link = await resock.connect(
        url, wait=False, delivery="exactly-once", outbox_path=outbox, message_ttl="12h",
        queue_messages=20_000, heartbeat_interval=20, heartbeat_timeout=20, reconnect_max=60,
    )
    try:
        async for sample in lines_of_pipe():
            receipt = await link.send(sample)
            await receipt.stored  # on the disk: the sensor may forget it
            print("stored:", sample, flush=True)
        try:
            await link.flush(resock.Level.PROCESSED, timeout=3)
        except resock.Timeout:
            print(link.stats().queued_messages, "samples wait for the next start", file=sys.stderr)
    finally:
        link.abort()  # close() would end the session; so it goes on at the next start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("outbox")
    given = parser.parse_args()
    try:
        asyncio.run(deliver(given.url, given.outbox))
    except resock.Error as error:
        sys.exit(f"ended: {error}")


if __name__ == "__main__":
    main()
