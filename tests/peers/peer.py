"""What the Python peers have in common: they announce their port, record what arrives, and stop
by themselves when their standard input closes or their lifetime is over."""

import asyncio
import hashlib
import os
import threading


def add_common_options(parser):
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--lifetime", type=float, default=600, metavar="SECONDS",
                        help="ends after this time even if standard input stays open")


def announce(server):
    """Prints `listening PORT` for an asyncio server, so that a test can wait for the line."""
    port = server.sockets[0].getsockname()[1]
    print(f"listening {port}", flush=True)
    return port


async def until_stdin_closes(lifetime_s):
    """Returns once standard input is at its end, at the latest after `lifetime_s`."""
    loop = asyncio.get_running_loop()
    closed = asyncio.Event()

    def drain():
        # os.read takes no lock, so the interpreter can end while this thread still waits.
        while os.read(0, 65536):
            pass
        loop.call_soon_threadsafe(closed.set)

    threading.Thread(target=drain, daemon=True).start()
    try:
        await asyncio.wait_for(closed.wait(), lifetime_s)
    except asyncio.TimeoutError:
        pass


def line_of(message):
    """One line for a message: a text as it is (backslash and newline escaped), a binary message
    as `binary LENGTH SHA256`."""
    if isinstance(message, str):
        return message.replace("\\", "\\\\").replace("\n", "\\n")
    return f"binary {len(message)} {hashlib.sha256(message).hexdigest()}"


class Recorder:
    """Appends a line per message to a file; without a path it does nothing."""

    def __init__(self, path):
        # Line by line, so that a test may read the file while the server runs.
        self.file = open(path, "a", encoding="utf-8", buffering=1) if path else None

    def __call__(self, message):
        if self.file:
            self.file.write(line_of(message) + "\n")
