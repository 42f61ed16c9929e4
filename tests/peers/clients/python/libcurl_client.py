"""A client made with libcurl's WebSocket functions, through `pycurl`: see ../README.md."""

import select

import pycurl

import checks

FLAGS = {checks.TEXT: pycurl.WS_TEXT, checks.BINARY: pycurl.WS_BINARY}
READ_BYTES = 65536


class Connection:
    def __init__(self, url, ca):
        self.fields = {}
        self.pongs = []
        self.curl = pycurl.Curl()
        self.curl.setopt(pycurl.URL, url)
        self.curl.setopt(pycurl.CONNECT_ONLY, 2)  # open, then leave the frames to us
        self.curl.setopt(pycurl.HTTPHEADER, [
            ": ".join(checks.FIELD), "Sec-WebSocket-Protocol: " + ", ".join(checks.OFFERED)])
        self.curl.setopt(pycurl.HEADERFUNCTION, self.take_field)
        if ca:
            self.curl.setopt(pycurl.CAINFO, ca)
        self.curl.perform()
        # libcurl takes an end before any answer for success.
        status = self.curl.getinfo(pycurl.RESPONSE_CODE)
        if status != 101:
            raise ConnectionError(f"no WebSocket: status {status}")
        self.subprotocol = self.fields.get("sec-websocket-protocol")
        self.extensions = self.fields.get("sec-websocket-extensions", "")

    def take_field(self, line):
        name, _, value = line.decode().partition(":")
        self.fields[name.lower()] = value.strip()

    def socket(self):
        return self.curl.getinfo(pycurl.ACTIVESOCKET)

    def send_frame(self, data, flags):
        view = memoryview(data)
        while True:
            try:
                view = view[self.curl.ws_send(view, flags):]
                if not view:
                    return
            except BlockingIOError:
                select.select([], [self.socket()], [])

    def receive_part(self):
        while True:
            try:
                return self.curl.ws_recv(READ_BYTES)
            except BlockingIOError:
                select.select([self.socket()], [], [])

    def next_frame(self):
        """The flags and the payload of a frame; a pong is kept aside, too."""
        parts = []
        while True:
            data, meta = self.receive_part()
            parts.append(data)
            if meta.bytesleft == 0:
                break
        payload = b"".join(parts)
        if meta.flags & pycurl.WS_PONG:
            self.pongs.append(payload)
        return meta.flags, payload

    def receive(self):
        parts = []
        while True:
            flags, payload = self.next_frame()
            if flags & pycurl.WS_CLOSE:
                raise ConnectionError(f"closed by the server: {payload!r}")
            if flags & (pycurl.WS_TEXT | pycurl.WS_BINARY):
                parts.append(payload)
                if not flags & pycurl.WS_CONT:
                    kind = checks.TEXT if flags & pycurl.WS_TEXT else checks.BINARY
                    return kind, b"".join(parts)

    def next_pong(self):
        while not self.pongs:
            self.next_frame()
        return self.pongs.pop(0)

    def send(self, kind, data):
        self.send_frame(data, FLAGS[kind])

    def send_pieces(self, kind, pieces, ping):
        for number, piece in enumerate(pieces):
            more = pycurl.WS_CONT if number < len(pieces) - 1 else 0
            self.send_frame(piece, FLAGS[kind] | more)
            if number == 0:
                self.send_frame(ping, pycurl.WS_PING)
        return self.next_pong()

    def ping(self, payload):
        self.send_frame(payload, pycurl.WS_PING)
        return self.next_pong()

    def close(self, code, reason):
        self.curl.ws_close(code, reason)
        return self.wait_closed()

    def wait_closed(self):
        while True:
            flags, payload = self.next_frame()
            if flags & pycurl.WS_CLOSE:
                self.curl.close()
                return int.from_bytes(payload[:2], "big"), payload[2:].decode()


if __name__ == "__main__":
    checks.main(Connection)
