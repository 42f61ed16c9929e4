"""`resock serve` against clients that break the rules, each beside a session that goes on:
`test_bad_frames.py RESOCK`. The rule that is broken stands in the close reason."""

import logging
import random
import unittest

from cpp_ends import resock_of

if __name__ == "__main__":
    RESOCK = resock_of(__file__)

from frames import (ACKME, BOUNDS, DONE, EXT, FIN, HAS_RECV, KINDS, PING, REQUEST,  # noqa: E402
                    RESUMED, RETRY, TEXT, ProtocolError, decode, encode, encode_field,
                    fields_of, varint)
from raw import answer_to  # noqa: E402
from scripted import BROKEN, ack, data, hello, welcome  # noqa: E402
from siege import Case, Sender  # noqa: E402

SEED = 1
END = encode("END", seq=1, code=0, text="")
WRONG = b"\xb0"  # a frame of no type

# One frame of each form that is right but for its place.
FRAMES = {
    "DATA": encode("DATA", FIN | TEXT | EXT | ACKME, seq=1, ext={1: 2**40, 3: b"A"}, payload=b"hi"),
    "END": encode("END", seq=1, code=7, text="bye"),
    "ACK": encode("ACK", PING | DONE, recv=0, window=65536, done=0),
    "NOTE": encode("NOTE", TEXT, payload=b"hi"),
    "HELLO": hello({1: b"app", 2: b"token", 3: 60, 5: 20000, 9: 20000, 11: 50000, 13: 1}, sid=b"o" * 16,
                   window=70000),
    "WELCOME": welcome(RESUMED, {1: "ws://127.0.0.1", 3: 300, 7: 1}),
    "REJECT": encode("REJECT", RETRY | HAS_RECV, reason=8, recv=0, retry_ms=10, text="no"),
    "GOAWAY": encode("GOAWAY", grace_ms=10, retry_min_ms=0, retry_max_ms=10, url=""),
    "AUTH": encode("AUTH", token=b"token"),
    "AUTH REQUEST": encode("AUTH", REQUEST, deadline_ms=1000),
    "VOID": encode("VOID", seq=1),
}
ALLOWED = ("DATA", "END", "ACK", "NOTE", "AUTH", "VOID")  # of a client, behind its HELLO


# Of a frame that is wrong by itself: where it breaks several rules, any of them is named.
BY_ITSELF = ("R2", "R3", "R4", "R8", "R10", "R14", "R17", "R24")


def rule_of(frame):
    """The rule that its bytes break by themselves, or None."""
    try:
        decode(frame)
    except ProtocolError as error:
        return str(error).split()[0]
    return None


def outside(name):
    """Encodings that a field of this name must not have."""
    least, most = BOUNDS.get(name, (0, 2**53 - 1))
    made = [b"\x80\x00", varint(2**53), b"\xff" * 9 + b"\x01", b"\xff" * 8]
    if name not in KINDS:
        made += [varint(value) for value in (least - 1, most + 1) if value >= 0]
    return made


def with_fields_outside(kind, frame):
    """The frame with each of its numbers replaced by what it must not be."""
    made = decode(frame)
    names = list(fields_of(made.type, made.flags))
    for name in names:
        if KINDS.get(name) not in (None, "u8"):
            continue
        for wrong in outside(name) if name not in KINDS else [b"\x04", b"\xff"]:
            parts = [wrong if each == name else encode_field(getattr(made, each),
                                                             KINDS.get(each), made.type)
                     for each in names]
            yield f"{kind} {name} {wrong.hex()}", frame[:1] + b"".join(parts)


class Frames(Case):
    """Each frame, cut off at each byte and with each number out of range, in each state."""

    def forms(self):
        for kind, frame in FRAMES.items():
            for length in range(len(frame)):
                yield f"{kind} cut off at {length}", frame[:length]
            yield from with_fields_outside(kind, frame)
            if kind in ("ACK", "GOAWAY", "VOID"):
                yield f"{kind} and a byte", frame + b"\0"
        for number in [0, *range(11, 16)]:
            yield f"type {number}", bytes([number << 4, 1])

    async def check(self, port, what, rule, *frames, greeted=True):
        """Where nothing is wrong there comes a wrong frame behind."""
        frames = [*frames, *[WRONG] * (rule is None)]
        with self.subTest(what, frame=frames[-1].hex()):
            code, reason = await answer_to(
                port, *frames, hello=hello(sid=self.sid()) if greeted else None)
            self.assertEqual(code, 4400, reason)
            named = reason.split()[0]
            self.assertIn(named, BY_ITSELF if rule in BY_ITSELF else [rule or "R2"], reason)

    async def test_before_hello(self):
        async with self.besieged() as server:
            for what, frame in [*self.forms(), *FRAMES.items()]:
                rule = rule_of(frame)
                if rule is None and decode(frame).type == "HELLO":
                    continue  # it opens a session, or is refused: Refusals
                await self.check(server.port, what, rule or "R13", frame, greeted=False)

    def rule_behind(self, frame, ended):
        """The rule that it breaks behind HELLO, and behind the client's END where that is so."""
        if rule := rule_of(frame):
            return rule
        made = decode(frame)
        if made.type not in ALLOWED or (made.type == "AUTH" and made.flags & REQUEST):
            return "R2"
        if not ended or made.type not in ("DATA", "VOID", "END") or frame == END:
            return None
        return "R18" if made.seq == 1 else "R2"  # another one than the END, or behind it

    async def test_behind_hello(self):
        async with self.besieged() as server:
            for what, frame in [*self.forms(), *FRAMES.items()]:
                await self.check(server.port, what, self.rule_behind(frame, False),
                                 frame)

    async def test_behind_end(self):
        async with self.besieged() as server:
            later = {"DATA": data(2), "END": encode("END", seq=2, code=0, text=""),
                     "VOID": encode("VOID", seq=2)}
            for what, frame in [*self.forms(), *FRAMES.items(), *later.items()]:
                await self.check(server.port, what, self.rule_behind(frame, True),
                                 END, frame)

    async def test_at_random(self):
        chance = random.Random(SEED)
        async with self.besieged() as server:
            for number in range(1000):
                frame = bytearray(chance.choice(list(FRAMES.values())))
                for _ in range(chance.randrange(1, 5)):
                    frame[chance.randrange(len(frame))] = chance.randrange(256)
                with self.subTest(seed=SEED, number=number, frame=frame.hex()):
                    code, reason = await answer_to(server.port, bytes(frame), WRONG,
                                                   hello=hello(sid=self.sid()))
                    self.assertEqual(code, 4400, reason)
                    if rule := rule_of(bytes(frame)):
                        self.assertIn(reason.split()[0], BY_ITSELF if rule in BY_ITSELF else [rule])


class Breaches(Case):
    async def test_in_a_session(self):
        own = {"AUTH REQUEST": ([FRAMES["AUTH REQUEST"]], "R2"),
               "GOAWAY": ([FRAMES["GOAWAY"]], "R2"),
               "endless chunks": ([data(n, b"x" * 10000, 0) for n in range(1, 7)], "R8")}
        async with self.besieged() as server:
            for name, (frames, rule) in {**BROKEN, **own}.items():
                with self.subTest(name):
                    async with self.session(server.url) as connection:
                        await connection.send(*frames)
                        code, reason = await connection.closed()
                        self.assertEqual((code, reason.split()[0]), (4400, rule), reason)

    async def test_a_window_that_is_overrun(self):
        """R20: nobody takes the echo, so the window closes; one more is too much."""
        async with self.besieged("queue.bytes=64KiB") as server, \
                self.session(server.url) as connection:
            sender = Sender(connection, 8000)
            for _ in range(8):
                await sender.send()
            for _ in range(8):  # as many as this end takes, and as many as wait in the server
                await connection.next("DATA")
            while not await sender.is_shut():
                await sender.send()
                self.assertLess(sender.seq, 1000, "the window does not close")
            await sender.send()
            code, reason = await connection.closed()
            self.assertEqual((code, reason.split()[0]), (4400, "R20"), reason)

    async def test_first_frames(self):
        async with self.besieged() as server:
            for frame, rule in [("text", "R2"), (hello().hex(), "R2"), (hello(window=65535), "R8"),
                                (hello({5: 40000}), "R8"), (hello({5: 16383}), "R10"),
                                (hello({5: 2**24 + 1}), "R10"), (hello({9: 999}), "R10"),
                                (hello({9: 600001}), "R10"), (hello({11: 2**32}), "R10"),
                                (hello({13: 4}), "R10"), (hello({2: b"t" * 65536}), "R10"),
                                (hello({1: b"a"}) + b"\x01\x01a", "R4"), (b"", "R2")]:
                with self.subTest(frame[:80]):
                    code, reason = await answer_to(server.port, frame)
                    self.assertEqual(code, 4400, reason)
                    self.assertIn(reason.split()[0], (rule, "R2") if rule == "R10" else (rule,))

    async def test_silence_instead_of_hello(self):
        """R13."""
        async with self.besieged() as server:
            code, reason = await answer_to(server.port)
            self.assertEqual((code, reason.split()[0]), (4408, "R13"), reason)


if __name__ == "__main__":
    # unittest runs asyncio in debug mode, whose warnings of slow steps say nothing here.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    Case.resock = RESOCK
    unittest.main()
