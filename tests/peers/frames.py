"""RFC 6455 framing by hand, for the server that must be able to misbehave."""

import base64
import hashlib

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA


def accept_key(key):
    """Sec-WebSocket-Accept for a Sec-WebSocket-Key (RFC 6455 §4.2.2)."""
    digest = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
    return base64.b64encode(digest).decode()


def encode(opcode, payload):
    """One unmasked final frame, as a server sends it."""
    size = len(payload)
    if size < 126:
        header = bytes([0x80 | opcode, size])
    elif size < 1 << 16:
        header = bytes([0x80 | opcode, 126]) + size.to_bytes(2, "big")
    else:
        header = bytes([0x80 | opcode, 127]) + size.to_bytes(8, "big")
    return header + payload


def unmask(payload, key):
    size = len(payload)
    pad = (key * (size // 4 + 1))[:size]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(pad, "big")).to_bytes(size, "big")


class Parser:
    """Bytes in, frames out: `feed` returns the (final, opcode, payload) that are complete."""

    def __init__(self):
        self.buffer = bytearray()

    def feed(self, data):
        self.buffer += data
        frames, at = [], 0
        while True:
            frame, used = self._frame_at(at)
            if frame is None:
                del self.buffer[:at]
                return frames
            frames.append(frame)
            at += used

    def _frame_at(self, start):
        """The frame at `start` and its length in bytes; (None, 0) while it is incomplete."""
        head = self.buffer[start:start + 14]
        if len(head) < 2:
            return None, 0
        if not head[1] & 0x80:
            raise ValueError("a client's frame is not masked (RFC 6455 §5.1)")
        size, at = head[1] & 0x7F, 2
        extended = {126: 2, 127: 8}.get(size, 0)
        if len(head) < at + extended + 4:
            return None, 0
        if extended:
            size = int.from_bytes(head[at:at + extended], "big")
            at += extended
        key = bytes(head[at:at + 4])
        at += 4
        if len(self.buffer) < start + at + size:
            return None, 0
        payload = bytes(self.buffer[start + at:start + at + size])
        return (bool(head[0] & 0x80), head[0] & 0x0F, unmask(payload, key)), at + size
