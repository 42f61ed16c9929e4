"""The frames of resock.v1: bytes to objects and back, with the bounds that hold in every state.

A Frame has `type` (a name of FRAMES), `flags` and the fields of its row as attributes, named as in
docs/protocol.md §2; `tlvs` and `ext` are dicts from the type's number to its value.
"""

import enum
import zlib

MOST_VARINT = 2**53 - 1
MOST_U32 = 2**32 - 1
MOST_WAIT_MS = 600_000
MOST_CONTROL_BYTES = 65536
MOST_TEXT_BYTES = 1024
COST_OF_A_FRAME = 32

FIN, TEXT, EXT, ACKME = 1, 2, 4, 8  # DATA; TEXT stands in NOTE, too
PING, PONG, DONE = 1, 2, 4  # ACK
RESUMED = 1  # WELCOME
RETRY, HAS_RECV = 1, 2  # REJECT
FINISH = 1  # GOAWAY
REQUEST = 1  # AUTH


class Reject(enum.IntEnum):
    """Reasons of REJECT."""
    UNKNOWN_SESSION = 1
    FORBIDDEN = 2
    STALE_EPOCH = 3
    STATE_MISMATCH = 4
    ENDED = 5
    EXPIRED = 6
    UNSUPPORTED = 7
    OVERLOADED = 8
    OWNER_BUSY = 9
    AUTHENTICATION_NEEDED = 11


# name: (number, listed flags, fields). A field is its name or (name, flag, whether the flag has to
# be set for the field to stand).
FRAMES = {
    "DATA": (1, 15, ["seq", ("ext", EXT, True), "payload"]),
    "END": (2, 0, ["seq", "code", "text"]),
    "ACK": (3, 7, ["recv", "window", ("done", DONE, True)]),
    "NOTE": (4, 2, ["payload"]),
    "HELLO": (5, 0, ["version", "sid", "secret", "born", "epoch", "recv", "acked", "window",
                     "tlvs"]),
    "WELCOME": (6, 1, ["born", "recv", "window", "max_frame", "max_message", "heartbeat_ms",
                       "ttl_s", "ack_level", "tlvs"]),
    "REJECT": (7, 3, ["reason", ("recv", HAS_RECV, True), "retry_ms", "text"]),
    "GOAWAY": (8, 1, ["grace_ms", "retry_min_ms", "retry_max_ms", "url"]),
    "AUTH": (9, 1, [("deadline_ms", REQUEST, True), ("token", REQUEST, False)]),
    "VOID": (10, 0, ["seq"]),
}
NAMES = {row[0]: name for name, row in FRAMES.items()}
CONTROL = ("HELLO", "WELCOME", "REJECT", "GOAWAY", "AUTH")

# What is no varint; the rest of the frame is theirs where no length is given.
KINDS = {"payload": "bytes", "token": "bytes", "text": "text", "url": "url", "tlvs": "tlvs",
         "ext": "block", "sid": "id", "secret": "id", "version": "u8", "ack_level": "u8"}
BOUNDS = {"seq": (1, MOST_VARINT), "code": (0, MOST_U32), "window": (0, MOST_U32),
          "max_frame": (16384, 2**24), "max_message": (0, MOST_U32),
          "heartbeat_ms": (1000, 600_000), "ack_level": (0, 3)}
WAITS = ("retry_ms", "retry_min_ms", "retry_max_ms", "grace_ms", "deadline_ms")
TLVS = {
    "HELLO": {1: "bytes", 2: "bytes", 3: "ttl_s", 5: "max_frame", 7: "check", 9: "heartbeat_ms",
              11: "max_message", 13: "ack_level_tlv"},
    "WELCOME": {1: "url", 3: "ttl_s", 7: "check"},
    "DATA": {1: "expires", 3: "bytes"},
}
BOUNDS["ack_level_tlv"] = BOUNDS["ack_level"]  # a varint there, a byte in WELCOME


class ProtocolError(Exception):
    """The peer broke a rule; the sentence names it and goes into the close reason."""


def demand(condition, sentence):
    if not condition:
        raise ProtocolError(sentence)


def check_of(data):
    """`check` of R17."""
    return zlib.crc32(data)


def cost_of(data):
    return len(data) + COST_OF_A_FRAME


def is_utf8(data):
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


class Frame:
    def __init__(self, type_, flags=0, **fields):
        self.type, self.flags = type_, flags
        self.__dict__.update(fields)

    def __repr__(self):
        # Never the secret, nor a token: it may end in a log.
        return f"{self.type}({self.flags})"


def bounded(name, value):
    if name in WAITS:
        return min(value, MOST_WAIT_MS)
    least, most = BOUNDS.get(name, (0, MOST_VARINT))
    rule = "R2" if name == "seq" else "R10"
    demand(least <= value <= most, f"{rule} {name} {value} is not in {least}..{most}")
    return value


class Reader:
    def __init__(self, data, at=0):
        self.data, self.at = data, at

    def left(self):
        return len(self.data) - self.at

    def take(self, length, name):
        demand(length <= self.left(), f"R2 truncated in {name}")
        self.at += length
        return self.data[self.at - length:self.at]

    def varint(self, name):
        value = 0
        for count in range(8):
            byte = self.take(1, name)[0]
            value |= (byte & 127) << (7 * count)
            if byte < 128:
                demand(byte > 0 or count == 0, f"R3 {name} is not of minimal length")
                demand(value <= MOST_VARINT, f"R3 {name} is not below 2^53")
                return value
        raise ProtocolError(f"R3 {name} is longer than 8 bytes")

    def field(self, name, kind, frame_type):
        """A field or the value of a tlv."""
        if kind == "bytes":
            return self.take(self.left(), name)
        if kind == "id":
            return self.take(16, name)
        if kind == "u8":
            return bounded(name, self.take(1, name)[0])
        if kind == "tlvs":
            return read_tlvs(self, frame_type)
        if kind == "block":
            return read_tlvs(Reader(self.take(self.varint("len"), name)), frame_type)
        if kind == "check":
            demand(self.left() == 4, "R17 check has not 4 bytes")
            return int.from_bytes(self.take(4, name), "big")
        if kind == "text":
            demand(self.left() <= MOST_TEXT_BYTES, f"R10 text has {self.left()} bytes")
            return self.take(self.left(), name).decode(errors="replace")
        if kind == "url":
            demand(is_utf8(self.data[self.at:]), "R10 url is not UTF-8")
            return self.take(self.left(), name).decode()
        return bounded(name, self.varint(name))


def read_tlvs(reader, frame_type):
    values, seen = {}, set()
    while reader.left():
        number = reader.varint("tlv type")
        value = Reader(reader.take(reader.varint("tlv length"), f"tlv {number}"))
        demand(number not in seen, f"R4 tlv {number} stands twice")
        seen.add(number)
        kind = TLVS[frame_type].get(number)
        if kind is not None:
            values[number] = value.field(kind, kind, frame_type)
            demand(not value.left(), f"R2 bytes after the value of tlv {number}")
        elif number % 2 == 0:
            demand(frame_type == "HELLO", f"R4 unknown tlv {number}")
            values["unknown"] = number  # answered by REJECT 7
    return values


def fields_of(frame_type, flags):
    for field in FRAMES[frame_type][2]:
        if isinstance(field, str):
            yield field
        elif bool(flags & field[1]) == field[2]:
            yield field[0]


def decode(data):
    demand(len(data) > 0, "R2 empty message")
    type_ = NAMES.get(data[0] >> 4)
    demand(type_ is not None, f"R2 unknown frame type {data[0] >> 4}")
    demand(type_ not in CONTROL or len(data) <= MOST_CONTROL_BYTES,
           f"R10 {type_} has {len(data)} bytes")
    frame = Frame(type_, data[0] & FRAMES[type_][1])
    reader = Reader(data, 1)
    for name in fields_of(type_, frame.flags):
        setattr(frame, name, reader.field(name, KINDS.get(name), type_))
    demand(not reader.left(), f"R2 bytes after {type_}")
    demand(type_ != "WELCOME" or frame.born > 0, "R14 born 0")
    demand(type_ != "GOAWAY" or frame.retry_min_ms <= frame.retry_max_ms,
           "R10 retry_min_ms above retry_max_ms")
    return frame


def varint(value):
    out = bytearray()
    while value >= 128:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def encode_tlvs(values, frame_type):
    out = b""
    for number, value in sorted(values.items()):
        data = encode_field(value, TLVS[frame_type][number], frame_type)
        out += varint(number) + varint(len(data)) + data
    return out


def encode_field(value, kind, frame_type):
    if kind == "u8":
        return bytes([value])
    if kind == "tlvs":
        return encode_tlvs(value, frame_type)
    if kind == "block":
        block = encode_tlvs(value, frame_type)
        return varint(len(block)) + block
    if kind == "check":
        return value.to_bytes(4, "big")
    if isinstance(value, int):
        return varint(value)
    return value.encode() if isinstance(value, str) else bytes(value)


def encode(type_, flags=0, **fields):
    parts = [encode_field(fields[name], KINDS.get(name), type_)
             for name in fields_of(type_, flags)]
    return bytes([FRAMES[type_][0] << 4 | flags]) + b"".join(parts)
