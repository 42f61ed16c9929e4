"""A WebSocket server written by hand (standard library only), so that it can misbehave.

    python3 raw_server.py --pong last --record /tmp/arrived

Prints `listening PORT`; ends when its standard input closes.
"""

import argparse
import asyncio
import socket

import frames
import peer

# Small, so that a deaf server pushes back soon instead of letting the kernel take megabytes.
DEAF_RECEIVE_BUFFER = 65536
REQUEST_BYTES = 65536


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    peer.add_common_options(parser)
    parser.add_argument("--port", type=int, default=0, help="0: one that is free")
    parser.add_argument("--echo", action="store_true", help="send each message back")
    parser.add_argument("--record", metavar="FILE", help="append a line per message")
    parser.add_argument("--pong", choices=["all", "last", "none"], default="all",
                        help="answer every ping, only the last of one read, or none")
    parser.add_argument("--accept", choices=["good", "bad", "none"], default="good",
                        help="right, wrong or missing Sec-WebSocket-Accept")
    parser.add_argument("--deaf", type=float, default=0, metavar="SECONDS",
                        help="read nothing for so long after each opening, then go on")
    return parser.parse_args()


class Connection:
    """One client's connection after its opening."""

    def __init__(self, arguments, record, writer):
        self.arguments = arguments
        self.record = record
        self.writer = writer
        self.parser = frames.Parser()
        self.parts = []
        self.kind = frames.TEXT

    def take(self, data):
        """Handles one read; returns False once the client has closed."""
        pings = []
        closing = None
        for final, opcode, payload in self.parser.feed(data):
            if opcode == frames.PING:
                pings.append(payload)
            elif opcode == frames.CLOSE:
                closing = frames.encode(frames.CLOSE, payload[:2])
                break
            elif opcode != frames.PONG:
                self._take_fragment(final, opcode, payload)
        self._answer(pings)
        if closing is not None:
            self.writer.write(closing)
        return closing is None

    def _take_fragment(self, final, opcode, payload):
        if opcode != frames.CONTINUATION:
            self.kind = opcode
        self.parts.append(payload)
        if not final:
            return
        message = b"".join(self.parts)
        self.parts = []
        self.record(message.decode() if self.kind == frames.TEXT else message)
        if self.arguments.echo:
            self.writer.write(frames.encode(self.kind, message))

    def _answer(self, pings):
        answered = {"all": pings, "last": pings[-1:], "none": []}[self.arguments.pong]
        for payload in answered:
            self.writer.write(frames.encode(frames.PONG, payload))


async def open_connection(arguments, reader, writer):
    """Reads the request and answers it; returns False if it is no opening."""
    request = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    fields = dict(line.split(":", 1) for line in request.split("\r\n")[1:] if ":" in line)
    fields = {name.lower(): value.strip() for name, value in fields.items()}
    if "sec-websocket-key" not in fields:
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        return False
    key = frames.accept_key(fields["sec-websocket-key"])
    accept = {"good": f"Sec-WebSocket-Accept: {key}\r\n",
              "bad": "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n",
              "none": ""}[arguments.accept]
    writer.write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                  f"Connection: Upgrade\r\n{accept}\r\n").encode())
    return True


async def be_deaf(writer, seconds):
    writer.transport.pause_reading()
    await asyncio.sleep(seconds)
    writer.transport.resume_reading()


async def serve(arguments, record, reader, writer):
    try:
        if await open_connection(arguments, reader, writer):
            if arguments.deaf:
                await be_deaf(writer, arguments.deaf)
            connection = Connection(arguments, record, writer)
            while data := await reader.read(65536):
                if not connection.take(data):
                    break
                await writer.drain()
    except (ConnectionError, asyncio.IncompleteReadError, ValueError) as error:
        print(f"connection ended: {error}", flush=True)
    except asyncio.CancelledError:
        pass  # the server ends; without this asyncio prints a traceback for each open connection
    finally:
        writer.close()


async def main(arguments):
    listener = socket.create_server((arguments.host, arguments.port))
    if arguments.deaf:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, DEAF_RECEIVE_BUFFER)
    record = peer.Recorder(arguments.record)
    server = await asyncio.start_server(
        lambda reader, writer: serve(arguments, record, reader, writer),
        sock=listener, limit=REQUEST_BYTES)
    peer.announce(server)
    await peer.until_stdin_closes(arguments.lifetime)


if __name__ == "__main__":
    asyncio.run(main(parse_arguments()))
