"""Steps of the scripted server that speak resock.v1 (docs/protocol.md), frame by frame.

    hello recv=1          HELLO is the next frame, with these fields
    welcome recv=1        WELCOME; with recv above 0 a resumed one, whose check is that of the client
    data 1 text hello     DATA: a whole message
    message-of 1 text hi  the client's DATA: a whole message
    ack recv=1 done=1     ACK
    reject reason=1       REJECT, and the close that follows it
    goaway grace_ms=1000  GOAWAY: the client is to come back on another connection
    end seq=1             END
    ended seq=2           the client's END
    acked recv=1          the client's ACK, which covers this
    bye recv=2            likewise, of our END; closes with 1000
"""

from modules import session
from payload import payload_of

Error = session.ProtocolError

WINDOW = 65536
WELCOME = {"born": 7, "recv": 0, "window": WINDOW, "max_frame": 16384, "max_message": 2**24,
           "heartbeat_ms": 20000, "ttl_s": 120, "ack_level": 0}
REJECT = {"recv": 0, "retry_ms": 0}


def numbers(words):
    return {name: int(value) for name, value in (word.split("=") for word in words)}


async def next_frame(connection, wanted):
    """The next frame of that type; ACK, NOTE and what was received before are of no interest."""
    while True:
        kind, *came = await connection.came.get()
        if kind != "binary":
            raise Error(f"expected {wanted}, and {kind} {came} came")
        frame = session.decode(came[0])
        if getattr(frame, "seq", connection.recv + 1) <= connection.recv:
            continue
        if frame.type == wanted:
            return frame, came[0]
        if frame.type not in ("ACK", "NOTE"):
            raise Error(f"expected {wanted}, and {frame} came")


def send(connection, data):
    connection.frame(2, data)


async def hello(connection, *words):
    frame, _ = await next_frame(connection, "HELLO")
    for name, value in numbers(words).items():
        session.demand(getattr(frame, name) == value,
                       f"expected {name} {value}, and HELLO has {getattr(frame, name)}")


async def welcome(connection, *words):
    fields = {**WELCOME, **numbers(words)}
    resumed = fields.pop("resumed", 0)
    connection.recv = fields["recv"]
    checks = connection.server.checks
    tlvs = {7: checks[fields["recv"]]} if fields["recv"] else {}
    send(connection, session.encode("WELCOME", session.RESUMED if resumed else 0, tlvs=tlvs,
                                    **fields))


async def data(connection, seq, kind, *words):
    flags = session.FIN | (session.TEXT if kind.startswith("text") else 0)
    send(connection, session.encode("DATA", flags, seq=int(seq),
                                    payload=payload_of(kind, " ".join(words))))


async def message_of(connection, seq, kind, *words):
    frame, raw = await next_frame(connection, "DATA")
    wanted = (int(seq), payload_of(kind, " ".join(words)))
    session.demand((frame.seq, frame.payload) == wanted,
                   f"expected {wanted}, and {(frame.seq, frame.payload)} came")
    connection.server.checks[frame.seq] = session.check_of(raw)


async def ack(connection, *words):
    fields = {"window": WINDOW, **numbers(words)}
    send(connection, session.encode("ACK", session.DONE if "done" in fields else 0, **fields))


async def reject(connection, *words):
    fields = {**REJECT, **numbers(words)}
    send(connection, session.encode("REJECT", 0, text="because", **fields))


async def goaway(connection, *words):
    fields = {"grace_ms": 60_000, "retry_min_ms": 0, "retry_max_ms": 0, **numbers(words)}
    send(connection, session.encode("GOAWAY", 0, url="", **fields))


async def end(connection, *words):
    send(connection, session.encode("END", code=0, text="", **numbers(words)))


async def ended(connection, *words):
    frame, raw = await next_frame(connection, "END")
    wanted = numbers(words)["seq"]
    session.demand(frame.seq == wanted, f"expected END {wanted}, and {frame.seq} came")


async def acked(connection, *words):
    """The client's ACK that covers this."""
    wanted = numbers(words)["recv"]
    while (await next_frame(connection, "ACK"))[0].recv < wanted:
        pass


async def bye(connection, *words):
    """The client acknowledges our END; the session is over."""
    await acked(connection, *words)
    await connection.close("1000")


STEPS = {"hello": hello, "welcome": welcome, "data": data, "message-of": message_of, "ack": ack,
         "reject": reject, "goaway": goaway, "end": end, "ended": ended,
         "acked": acked, "bye": bye}
