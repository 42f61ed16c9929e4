"""first [URL]: says hello and prints what comes back."""

import asyncio
import sys

import resock


async def main(url: str) -> None:
    async with resock.connect(url) as link:
        receipt = await link.send("hello")  # kept until it is confirmed, sent again after a break
        print("arrived:", await link.recv())
        await receipt  # the peer has it


asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "echo:"))
