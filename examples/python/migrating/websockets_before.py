"""With `websockets`: follows prices, and connects again when the connection has gone."""

import asyncio
import sys

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed


async def main(url: str) -> None:
    async for websocket in connect(url, ping_interval=5, ping_timeout=5, max_size=2**20):
        try:
            await websocket.send("subscribe prices")
            async for message in websocket:
                print(message)
                if message == "closing price":
                    await websocket.close()
                    return
        except ConnectionClosed:
            continue


asyncio.run(main(sys.argv[1]))
