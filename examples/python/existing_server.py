"""existing_server [PORT]: a server made with `websockets`, which knows nothing of resock."""

from __future__ import annotations

import asyncio
import signal
import sys

from websockets.asyncio.server import ServerConnection, serve


async def handle(websocket: ServerConnection) -> None:
    async for message in websocket:
        print(message, flush=True)


async def main(port: int) -> None:
    async with serve(handle, "127.0.0.1", port) as server:
        print(f"listening on ws://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.close)
        await server.wait_closed()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 8080))
