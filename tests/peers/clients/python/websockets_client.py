"""A client made with Python's `websockets`: see ../README.md."""

import ssl
import threading

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect as open_connection

import checks


class Connection:
    def __init__(self, url, ca):
        context = ssl.create_default_context(cafile=ca) if url.startswith("wss:") else None
        self.connection = open_connection(url, subprotocols=checks.OFFERED, ssl=context,
                                          additional_headers=[checks.FIELD], max_size=None)
        self.subprotocol = self.connection.subprotocol
        self.extensions = self.connection.response.headers.get("Sec-WebSocket-Extensions", "")

    def send(self, kind, data):
        self.connection.send(data, text=kind == checks.TEXT)

    def receive(self):
        message = self.connection.recv()
        if isinstance(message, str):
            return checks.TEXT, message.encode()
        return checks.BINARY, message

    def send_pieces(self, kind, pieces, ping):
        pongs = []

        def with_a_ping_behind_the_first():
            yield pieces[0]
            pongs.append(self.connection.ping(ping))
            yield from pieces[1:]

        self.connection.send(with_a_ping_behind_the_first(), text=kind == checks.TEXT)
        pongs[0].wait()
        return ping

    def ping(self, payload):
        # The library itself looks the pong's payload up; another one sets no event.
        answered: threading.Event = self.connection.ping(payload)
        answered.wait()
        return payload

    def close(self, code, reason):
        self.connection.close(code, reason)
        return self.received_close()

    def wait_closed(self):
        try:
            self.connection.recv()
        except ConnectionClosed:
            pass
        return self.received_close()

    def received_close(self):
        received = self.connection.protocol.close_rcvd
        return (received.code, received.reason) if received else (1006, "")


if __name__ == "__main__":
    checks.main(Connection)
