"""The scripted faulty server: each connection runs the steps of its script, right or wrong.

    async with Server(script) as server: ...  # server.address is "127.0.0.1:PORT"

README.md lists the steps.
"""

import asyncio
import contextlib
import socket
import struct

import session_steps
from modules import websocket
from payload import payload_of, shown

HEAD_BYTES = 65536
KINDS = {websocket.TEXT: "text", websocket.BINARY: "binary"}


class Surprise(Exception):
    """What came is not what the script expects."""


class Connection:
    """One connection of a client, which it reads all the time: pings are answered at once."""

    def __init__(self, server, number, reader, writer):
        self.server, self.number = server, number
        self.reader, self.writer = reader, writer
        self.header, self.fields = [], []
        self.opened, self.muted = False, False
        self.unanswered, self.muting = None, None
        self.came = asyncio.Queue()  # ("text", bytes), ("close", code, reason), ("gone",)
        self.part = (None, b"")
        self.recv = 0  # in a session: what it had received before

    async def read_request(self):
        head = await self.reader.readuntil(b"\r\n\r\n")
        self.first_line, *lines = head.decode().strip().split("\r\n")
        self.header = [tuple(line.split(": ", 1)) for line in lines]

    def field(self, name):
        values = [value for each, value in self.header if each.lower() == name.lower()]
        return ", ".join(values) if values else None

    # ---- what comes ----

    async def read(self):
        parser = websocket.Parser()
        try:
            while data := await self.reader.read(HEAD_BYTES):
                for final, opcode, payload in parser.feed(data):
                    self.take(final, opcode, payload)
        except OSError:
            pass
        self.came.put_nowait(("gone",))

    def take(self, final, opcode, payload):
        if opcode == websocket.PING:
            self.unanswered = payload
            if not self.muted:
                self.answer_ping()
        elif opcode == websocket.CLOSE:
            code = int.from_bytes(payload[:2], "big") if payload else 1005
            self.came.put_nowait(("close", code, payload[2:].decode()))
        elif opcode != websocket.PONG:
            kind, begun = self.part
            kind = kind or KINDS[opcode]
            self.part = (None, b"") if final else (kind, begun + payload)
            if final:
                self.muted = self.muted or begun + payload == self.muting
                self.came.put_nowait((kind, begun + payload))

    def answer_ping(self):
        if self.unanswered is not None:
            self.frame(websocket.PONG, self.unanswered)
        self.unanswered = None

    async def expect(self, *wanted):
        came = await self.came.get()
        if came[:len(wanted)] != wanted:
            raise Surprise(f"expected {show(wanted)}, and {show(came)} came")
        return came

    # ---- what goes ----

    def frame(self, opcode, payload):
        self.writer.write(websocket.encode(opcode, payload))

    def respond(self, status, *fields):
        lines = [f"HTTP/1.1 {status}", *fields, *self.fields, "", ""]
        self.writer.write("\r\n".join(lines).encode())

    async def finish(self):
        self.writer.close()
        with contextlib.suppress(OSError):
            await self.writer.wait_closed()

    # ---- steps; "-" in their names is "_" here ----

    async def request(self, name, *words):
        """The request has this field; without a value: it has none."""
        name, value = name.rstrip(":"), " ".join(words) or None
        if self.field(name) != value:
            raise Surprise(f"expected {name}: {value}, and the request has {self.field(name)}")

    async def path(self, wanted):
        if self.first_line.split()[1] != wanted:
            raise Surprise(f"expected the path {wanted}, and the request is {self.first_line}")

    async def answer(self, *words):
        """A field of the answer that follows."""
        self.fields.append(" ".join(words))

    async def accept(self, subprotocol=None):
        chosen = [f"Sec-WebSocket-Protocol: {subprotocol}"] if subprotocol else []
        key = websocket.accept_key(self.field("Sec-WebSocket-Key"))
        self.respond("101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
                     f"Sec-WebSocket-Accept: {key}", *chosen)
        self.opened = True
        self.server.begin(self.read())

    async def refuse(self, status):
        self.respond(f"{status} Because", "Content-Length: 0", "Connection: close")
        await self.finish()

    async def raw(self, *words):
        """Bytes as they stand."""
        self.writer.write(" ".join(words).encode())

    async def hex(self, *digits):
        self.writer.write(bytes.fromhex("".join(digits)))

    async def message(self, kind, *words):
        await self.expect(kind.removesuffix("-of"), payload_of(kind, " ".join(words)))

    async def send(self, kind, *words):
        opcode = websocket.TEXT if kind.startswith("text") else websocket.BINARY
        self.frame(opcode, payload_of(kind, " ".join(words)))

    async def close(self, code=None, *reason):
        """Closes first, and waits until the client answers or cuts."""
        payload = b"" if code is None else int(code).to_bytes(2, "big") + " ".join(reason).encode()
        self.frame(websocket.CLOSE, payload)
        while (await self.came.get())[0] not in ("close", "gone"):
            pass
        await self.finish()

    async def closed_for(self, code):
        """The client closes with this code, whatever its reason says."""
        came = await self.expect("close", int(code))
        self.frame(websocket.CLOSE, int(came[1]).to_bytes(2, "big"))
        await self.finish()

    async def closed(self, code, *reason):
        """The client closes first; what it sends before is of no interest."""
        came = ("",)
        while came[0] not in ("close", "gone"):
            came = await self.came.get()
        wanted = ("close", int(code), " ".join(reason))
        if came != wanted:
            raise Surprise(f"expected {wanted}, and {came} came")
        self.frame(websocket.CLOSE, int(code).to_bytes(2, "big"))
        await self.finish()

    async def fin(self):
        """Ends without a Close frame; a socket closed before all was read would reset."""
        self.writer.write_eof()
        await self.gone()

    async def rst(self):
        linger = struct.pack("ii", 1, 0)
        self.writer.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.writer.transport.abort()

    async def mute(self):
        """Pings are not answered from now on."""
        self.muted = True

    async def mute_from(self, kind, *words):
        """Likewise, from this message on: what was before it can be confirmed."""
        self.muting = payload_of(kind, " ".join(words))

    async def unmute(self):
        self.muted = False
        self.answer_ping()

    async def gone(self):
        """The client has cut or closed."""
        if not self.opened:
            self.server.begin(self.read())
        while (await self.came.get())[0] != "gone":
            pass
        await self.finish()

    async def mark(self, name):
        self.server.mark(name).set()

    async def wait(self, name):
        await self.server.mark(name).wait()


def show(came):
    return " ".join(shown(each) if isinstance(each, bytes) else str(each) for each in came)


class Server:
    """`script`: for each connection its steps; None: nobody listens until the mark "listen"."""

    def __init__(self, script):
        self.listens = not script or script[0] != "nobody"
        self.script = script if self.listens else script[1:]
        self.problems = []
        self.failed = asyncio.Event()
        self.marks = {}
        self.checks = {}  # of the frames of a session that were received
        self.tasks, self.connections = set(), []
        self.left = len(self.script)
        self.finished = asyncio.Event()

    async def __aenter__(self):
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))  # and refuses, until it listens
        self.address = f"127.0.0.1:{self.socket.getsockname()[1]}"
        self.listener = None
        if self.listens:
            await self.listen()
        else:
            self.begin(self.listen_late())
        if not self.left:
            self.finished.set()
        return self

    async def listen(self):
        self.listener = await asyncio.start_server(self.serve, sock=self.socket)

    async def listen_late(self):
        await self.mark("listen").wait()
        await self.listen()

    async def __aexit__(self, *_):
        if self.listener is not None:
            self.listener.close()
        self.socket.close()
        for task in self.tasks:
            task.cancel()
        for connection in self.connections:
            connection.writer.transport.abort()

    def mark(self, name):
        return self.marks.setdefault(name, asyncio.Event())

    def begin(self, work):
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def problem(self, text):
        self.problems.append(text)
        self.failed.set()

    async def serve(self, reader, writer):
        number = len(self.connections)
        connection = Connection(self, number, reader, writer)
        self.connections.append(connection)
        if number >= len(self.script):
            self.problem(f"connection {number + 1}: the script has no more than {number}")
            return
        self.begin(self.run(connection))

    async def run(self, connection):
        step = "the request"
        try:
            await connection.read_request()
            for step in self.script[connection.number]:
                await self.step(connection, step)
        except (Surprise, OSError, EOFError, session_steps.Error) as error:
            self.problem(f"connection {connection.number + 1}, {step!r}: {error or 'cut'}")
        self.left -= 1
        if not self.left:
            self.finished.set()

    async def step(self, connection, step):
        name, *words = step.split(" ")
        if name in session_steps.STEPS:
            await session_steps.STEPS[name](connection, *words)
        else:
            await getattr(connection, name.replace("-", "_"))(*words)
        if not connection.writer.is_closing():
            await connection.writer.drain()
