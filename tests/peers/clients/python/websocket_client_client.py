"""A client made with Python's `websocket-client`: see ../README.md."""

import websocket
from websocket import ABNF

import checks

OPCODES = {checks.TEXT: ABNF.OPCODE_TEXT, checks.BINARY: ABNF.OPCODE_BINARY}
KINDS = {opcode: kind for kind, opcode in OPCODES.items()}


class Connection:
    def __init__(self, url, ca):
        self.connection = websocket.create_connection(
            url, subprotocols=checks.OFFERED, header=[": ".join(checks.FIELD)],
            sslopt={"ca_certs": ca} if ca else None)
        self.subprotocol = self.connection.subprotocol
        self.extensions = self.connection.headers.get("sec-websocket-extensions", "")
        self.pongs = []

    def send(self, kind, data):
        self.connection.send(data, OPCODES[kind])

    def next_frame(self):
        """The next message or control frame; a pong is kept aside, too."""
        opcode, frame = self.connection.recv_data_frame(control_frame=True)
        if opcode == ABNF.OPCODE_PONG:
            self.pongs.append(frame.data)
        return opcode, frame.data

    def receive(self):
        while True:
            opcode, data = self.next_frame()
            if opcode in KINDS:
                return KINDS[opcode], data
            if opcode == ABNF.OPCODE_CLOSE:
                raise ConnectionError(f"closed by the server: {data!r}")

    def next_pong(self):
        while not self.pongs:
            self.next_frame()
        return self.pongs.pop(0)

    def send_pieces(self, kind, pieces, ping):
        for number, piece in enumerate(pieces):
            opcode = ABNF.OPCODE_CONT if number else OPCODES[kind]
            last = number == len(pieces) - 1
            self.connection.send_frame(ABNF.create_frame(piece, opcode, int(last)))
            if number == 0:
                self.connection.ping(ping)
        return self.next_pong()

    def ping(self, payload):
        self.connection.ping(payload)
        return self.next_pong()

    def close(self, code, reason):
        self.connection.send_close(code, reason.encode())
        return self.wait_closed()

    def wait_closed(self):
        while True:
            opcode, data = self.next_frame()
            if opcode == ABNF.OPCODE_CLOSE:
                self.connection.shutdown()
                return int.from_bytes(data[:2], "big"), data[2:].decode()


if __name__ == "__main__":
    checks.main(Connection)
