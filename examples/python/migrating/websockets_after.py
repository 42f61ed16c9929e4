"""The same with resock."""

import asyncio
import sys

import resock


async def main(url: str) -> None:
    async with resock.connect(
        url, heartbeat_interval=5, heartbeat_timeout=5, message_max="1MiB"
    ) as link:
        link.set_greeting("prices", "subscribe prices")  # first, on every connection
        async for message in link:
            print(message)
            if message == "closing price":
                break


asyncio.run(main(sys.argv[1]))
