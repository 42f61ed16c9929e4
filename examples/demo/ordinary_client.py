"""The ordinary client of the demo: `websockets` with its own way to reconnect.

Reads lines from standard input and sends each as a message, like `resock connect`. The loop is
the one that its documentation shows; a message whose send() failed is sent again. What send()
accepted and the broken connection lost, nobody tells it.
"""

import asyncio
import sys

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed


async def lines_of_stdin():
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


async def main(url):
    lines = await lines_of_stdin()
    line = await lines.readline()
    async for connection in connect(url):
        try:
            while line:
                await connection.send(line.decode().rstrip("\n"))
                line = await lines.readline()
            await connection.close()
            return
        except ConnectionClosed:
            continue


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
