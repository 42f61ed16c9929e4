"""A server, `resock chaos` before it, and clients through it, for the tests of the proxy."""

import json
import select
import socket
import struct
import threading

import case
from program import PATIENCE_S

ESTABLISHED = 1  # of TCP_INFO


class Line:
    """`resock chaos --json` in front of a listening socket of the test."""

    def __init__(self, *options, host="127.0.0.1", to=None):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.listener = socket.create_server((host, 0), family=family)
        self.listener.settimeout(PATIENCE_S)
        shown = f"[{host}]" if ":" in host else host
        self.to = to or f"{shown}:{self.listener.getsockname()[1]}"
        self.process = case.start("chaos", "--to", self.to, "--listen", f"{shown}:0", "--json",
                                  *options)
        self.host = host
        self.sockets = []

    def __enter__(self):
        self.process.__enter__()
        self.start = self.next()
        assert self.start["event"] == "listening", self.start
        self.port = int(self.start["address"].rpartition(":")[2])
        return self

    def __exit__(self, *error):
        self.process.__exit__(*error)
        for each in [*self.sockets, self.listener]:
            each.close()

    def next(self):
        line = self.process.line()
        return None if line is None else json.loads(line)

    def event(self, name):
        """The next event of this name; others before it are passed over."""
        while (event := self.next()) is not None:
            if event["event"] == name:
                return event
        raise AssertionError(f"no event {name}: {self.process.rest('stderr')}")

    def client(self):
        made = socket.create_connection((self.host, self.port), PATIENCE_S)
        self.sockets.append(made)
        return made

    def is_reset_at_once(self):
        """A new connection is accepted and reset; connect() may already see it."""
        try:
            return read_to_end(self.client()) == (b"", "rst")
        except ConnectionResetError:
            return True

    def pair(self):
        """A connection through the proxy: the client's socket and the server's."""
        client = self.client()
        server, _ = self.listener.accept()
        server.settimeout(PATIENCE_S)
        self.sockets.append(server)
        return client, server

    def end(self):
        """Ends the proxy; returns its counts."""
        self.process.process.terminate()
        counts = self.event("counts")
        assert self.process.status() == 0
        return counts


def read_exactly(connected, size):
    data = b""
    while len(data) < size and (piece := connected.recv(size - len(data))):
        data += piece
    return data


def read_to_end(connected):
    """(the bytes, how it ended: "fin" or "rst")."""
    data = b""
    try:
        while piece := connected.recv(65536):
            data += piece
    except ConnectionResetError:
        return data, "rst"
    return data, "fin"


def send_beside(connected, data):
    """Sends on a thread of its own until the connection takes no more."""
    def send():
        try:
            connected.sendall(data)
        except OSError:
            pass  # cut

    threading.Thread(target=send, daemon=True).start()


def is_established(connected):
    return connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == ESTABLISHED


def has_nothing_to_read(connected):
    return not select.select([connected], [], [], 0)[0]


def reset(connected):
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connected.close()


def highest_memory_kib(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return int(next(line for line in status if line.startswith("VmHWM")).split()[1])
