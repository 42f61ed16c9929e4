"""`resock` and its peers as processes, for the tests of the command line."""

import os
import queue
import signal
import socket
import struct
import subprocess
import sys
import threading
from pathlib import Path

PEERS = Path(__file__).parents[1] / "peers"
sys.path.insert(0, str(PEERS))
import frames  # noqa: E402

PATIENCE_S = 60


class Process:
    """A program whose lines of output can be waited for; ends with the block."""

    def __init__(self, *command, stdin=subprocess.PIPE, stdout=subprocess.PIPE):
        # A job in the background ignores SIGINT, and so would its children. Not by preexec_fn:
        # Python code in a child that was forked beside threads hangs now and then.
        self.process = subprocess.Popen(
            ["env", "--default-signal=INT", *(str(word) for word in command)],
            stdin=stdin, stdout=stdout, stderr=subprocess.PIPE)
        self.queues = {}
        self.threads = []
        for name in ["stdout", "stderr"]:
            stream = getattr(self.process, name)
            if stream:
                self._follow(name, stream)

    def _follow(self, name, stream):
        lines = self.queues[name] = queue.Queue()

        def read():
            for line in stream:
                lines.put(line)
            lines.put(None)

        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        self.threads.append(thread)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for thread in self.threads:
            thread.join(PATIENCE_S)
        for stream in [self.process.stdin, self.process.stdout, self.process.stderr]:
            if stream:
                try:
                    stream.close()
                except BrokenPipeError:
                    pass

    def write(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def close_input(self):
        self.process.stdin.close()

    def line(self, name="stdout"):
        """The next line without its end; None after the last one."""
        line = self.queues[name].get(timeout=PATIENCE_S)
        return None if line is None else line.decode().rstrip("\n")

    def line_with(self, part, name="stderr"):
        """Reads up to the line that holds `part`."""
        passed = []
        while (line := self.line(name)) is not None:
            if part in line:
                return line
            passed.append(line)
        raise AssertionError(f"no line of {name} holds {part!r}: {passed}")

    def rest(self, name):
        lines = []
        while (line := self.line(name)) is not None:
            lines.append(line)
        return lines

    def send_signal(self, number):
        self.process.send_signal(number)

    def status(self):
        return self.process.wait(PATIENCE_S)


class Peer(Process):
    """A script of tests/peers; `port` and `url` are where it listens."""

    def __init__(self, script, *options, python=sys.executable):
        super().__init__(python, PEERS / script, *options)

    def __enter__(self):
        self.port = int(self.line().removeprefix("listening "))
        self.url = f"ws://127.0.0.1:{self.port}"
        return self

    def end(self):
        """Ends it in its own time: what it has read is then recorded."""
        self.close_input()
        assert self.status() == 0


class ScriptedServer:
    """A WebSocket server of one thread: `script(connection)` says what happens on each
    connection, the number of which is `connection.number`."""

    def __init__(self, script):
        self.script = script
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"ws://127.0.0.1:{self.listener.getsockname()[1]}"
        self.requests = []
        self.failure = None
        self.thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        # Not every system ends accept() with close(): shutdown() does.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.thread.join(PATIENCE_S)
        self.listener.close()
        if self.failure:
            raise self.failure

    def _serve(self):
        number = 0
        while True:
            try:
                accepted, _ = self.listener.accept()
            except OSError:
                return
            number += 1
            accepted.settimeout(PATIENCE_S)
            with accepted:
                try:
                    connection = Connection(accepted, number)
                    self.requests.append(connection.request)
                    self.script(connection)
                except (ConnectionError, EOFError):
                    pass  # the client has gone
                except Exception as error:
                    self.failure = error


class Connection:
    def __init__(self, accepted, number):
        self.socket = accepted
        self.number = number
        self.parser = frames.Parser()
        self.waiting = []
        request = b""
        while not request.endswith(b"\r\n\r\n"):
            request += self._read(1)
        self.request = request.decode()
        fields = dict(line.split(": ", 1) for line in self.request.split("\r\n")[1:] if line)
        self.fields = {name.lower(): value for name, value in fields.items()}

    def _read(self, size):
        data = self.socket.recv(size)
        if not data:
            raise EOFError
        return data

    def open(self, *fields):
        accept = frames.accept_key(self.fields["sec-websocket-key"])
        lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
                 f"Sec-WebSocket-Accept: {accept}", *fields, "", ""]
        self.socket.sendall("\r\n".join(lines).encode())

    def send(self, opcode, payload=b""):
        self.socket.sendall(frames.encode(opcode, payload))

    def frame(self):
        """The next frame: (opcode, payload)."""
        while not self.waiting:
            self.waiting = [(opcode, payload)
                            for _, opcode, payload in self.parser.feed(self._read(65536))]
        return self.waiting.pop(0)

    def message(self):
        """The next message; pings before it are answered."""
        while True:
            opcode, payload = self.frame()
            if opcode == frames.PING:
                self.send(frames.PONG, payload)
            elif opcode in (frames.TEXT, frames.BINARY, frames.CLOSE):
                return opcode, payload

    def confirm(self):
        """Answers the next ping, which stands behind all messages read so far."""
        opcode, payload = self.frame()
        assert opcode == frames.PING, opcode
        self.send(frames.PONG, payload)

    def until_closed(self):
        """Answers pings and the client's Close; returns the messages before it."""
        messages = []
        while True:
            opcode, payload = self.message()
            if opcode == frames.CLOSE:
                self.send(frames.CLOSE, payload)
                return messages
            messages.append(payload)

    def close(self, code):
        """Sends a Close and reads what still comes, so that no reset cuts it off."""
        self.send(frames.CLOSE, struct.pack(">H", code))
        try:
            while self.frame()[0] != frames.CLOSE:
                pass
        except (EOFError, ConnectionError):
            pass


def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def recorded(path):
    """The text messages that a peer has recorded, in order of arrival."""
    return Path(path).read_text(encoding="utf-8").split("\n")[:-1] if os.path.exists(path) else []
