"""One session at the server: what HELLO has to say, the steady state and the acknowledgements,
without a socket. What is to be written comes out of next(). Rules: docs/protocol.md."""

import asyncio
import hashlib
import hmac
import secrets
from collections import deque

from frames import (ACKME, COST_OF_A_FRAME, DONE, MOST_VARINT, PING, PONG, REQUEST, RESUMED, TEXT,
                    ProtocolError, Reject, demand, encode, is_utf8)
from streams import Inbox, Outbox

ACK_DELAY_S = 0.015  # R21 has 20 ms; the timer may be late
DEFAULT_MAX_FRAME, DEFAULT_MAX_MESSAGE = 16384, 2**24  # of HELLO, where the tlv is absent
TTL, MAX_FRAME, CHECK, HEARTBEAT, MAX_MESSAGE, ACK_LEVEL = 3, 5, 7, 9, 11, 13  # tlvs of HELLO
WELCOME_TTL, WELCOME_CHECK = 3, 7


class Refused(Exception):
    """Answered by REJECT; `recv` is that of a tombstone."""

    def __init__(self, reason, text, recv=None, retry_ms=None):
        super().__init__(text)
        self.reason, self.recv, self.retry_ms = reason, recv, retry_ms


def hash_of(secret):
    return hashlib.sha256(secret).digest()


class Acks:
    """When an ACK is due (R21); `wake` is called once one is."""

    def __init__(self, inbox, wake):
        self.inbox, self.wake = inbox, wake
        self.timer = None
        self.connected()

    def connected(self):
        self.due = self.duplicates = False
        self.flags = 0
        self.announced()

    def announced(self):
        """A window has been written; all before is acknowledged by it."""
        if self.timer:
            self.timer.cancel()
        self.timer = None
        self.limit = self.inbox.position + self.inbox.grant()
        self.position, self.done = self.inbox.position, self.inbox.done

    def now(self, flags=0):
        self.flags |= flags
        self.due = True
        self.wake()

    def _late(self):
        self.timer = None
        self.now()

    def soon(self):
        if self.timer is None and not self.due:
            self.timer = asyncio.get_running_loop().call_later(ACK_DELAY_S, self._late)

    def received(self, frame):
        self.duplicates = False
        unacknowledged = self.inbox.position - self.position
        ackme = frame.type == "DATA" and frame.flags & ACKME
        if (ackme or frame.type == "END" or self.opens()
                or unacknowledged >= self.inbox.capacity / 4):
            self.now()
        else:
            self.soon()

    def duplicate(self):
        if not self.duplicates:
            self.now()
        self.duplicates = True

    def opens(self):
        """There is room for a frame again, of which the peer does not know, or much more room."""
        one, window = self.inbox.max_frame + COST_OF_A_FRAME, self.inbox.window()
        known = self.limit - self.inbox.position
        return known < one <= window or window - known >= self.inbox.capacity / 2

    def handled(self):
        """A message has been handled."""
        if self.opens():
            self.now()
        elif self.inbox.done > self.done:
            self.soon()

    def take(self):
        flags = self.flags | (DONE if self.inbox.done else 0)
        self.due, self.flags = False, 0
        self.announced()
        return encode("ACK", flags, recv=self.inbox.recv, done=self.inbox.done,
                      window=self.limit - self.inbox.position)


class Session:
    """`wake` tells the connection that next() has something; `changed` is set for the application
    whenever something has arrived or room to send is there."""

    def __init__(self, number, hello, principal, options):
        self.number, self.principal, self.options = number, principal, options
        self.sid, self.secret_hash = hello.sid, hash_of(hello.secret)
        self.born = 1 + secrets.randbelow(MOST_VARINT)
        self.epoch = 0
        self.peer = {MAX_FRAME: hello.tlvs.get(MAX_FRAME, DEFAULT_MAX_FRAME),
                     MAX_MESSAGE: hello.tlvs.get(MAX_MESSAGE, DEFAULT_MAX_MESSAGE),
                     ACK_LEVEL: hello.tlvs.get(ACK_LEVEL, 0)}
        self.ttl_s = min(hello.tlvs.get(TTL, options.ttl), options.ttl)
        self.heartbeat_s = hello.tlvs.get(HEARTBEAT, options.heartbeat_ms) / 1000
        self.inbox = Inbox(options.window, options.max_frame, options.max_message)
        self.outbox = Outbox(self.peer[MAX_FRAME])
        self.acks = Acks(self.inbox, self.wake)
        self.link = None
        self.control = deque()
        self.changed = asyncio.Event()
        self.connects = 0
        self.notes = 0
        self.expiry = None  # the timer, while no connection carries it
        self.last_ack_taken = False  # next() has given the last ACK of R28

    def wake(self):
        if self.link:
            self.link.wake.set()

    def over(self):
        """R28; `processed` receipts are always used here."""
        outbox, inbox = self.outbox, self.inbox
        return bool(outbox.end_seq and outbox.acked >= outbox.end_seq and inbox.end
                    and inbox.done == inbox.recv)

    def check(self, hello):
        """The last steps of R14, which change nothing."""
        if not hmac.compare_digest(hash_of(hello.secret), self.secret_hash):
            raise Refused(Reject.FORBIDDEN, "wrong secret")
        if hello.born not in (0, self.born):
            raise Refused(Reject.UNKNOWN_SESSION, "born later")
        if hello.epoch <= self.epoch:
            raise Refused(Reject.STALE_EPOCH, f"epoch {hello.epoch} is not above {self.epoch}")
        if not self.outbox.has(hello.recv):
            raise Refused(Reject.STATE_MISMATCH, f"recv {hello.recv} is not in "
                          f"{self.outbox.acked}..{self.outbox.numbered}")
        if hello.acked > self.inbox.recv:
            raise Refused(Reject.STATE_MISMATCH, f"acked {hello.acked} above {self.inbox.recv}")
        if hello.recv and hello.tlvs.get(CHECK) != self.outbox.check_of(hello.recv):
            raise Refused(Reject.STATE_MISMATCH, f"check of frame {hello.recv}")
        for tlv, value in self.peer.items():
            if hello.tlvs.get(tlv, value) != value:
                raise Refused(Reject.STATE_MISMATCH, f"tlv {tlv} was {value}")

    def accept(self, hello, link):
        """The rest of R14, for a HELLO that was checked; returns the connection so far."""
        former, self.link = self.link, link
        self.epoch = hello.epoch
        self.heartbeat_s = hello.tlvs.get(HEARTBEAT, self.options.heartbeat_ms) / 1000
        self.outbox.resume(hello.recv, hello.window)
        self.acks.connected()
        self.control.clear()
        self.control.append(self._welcome())
        self.connects += 1
        self.acks.now()
        self.changed.set()
        return former

    def _welcome(self):
        inbox, options = self.inbox, self.options
        tlvs = {WELCOME_TTL: max(options.tombstone_ttl, self.ttl_s)}
        if inbox.recv:
            tlvs[WELCOME_CHECK] = inbox.check
        return encode("WELCOME", RESUMED if self.connects else 0, born=self.born, recv=inbox.recv,
                      window=self.acks.limit - inbox.position, max_frame=inbox.max_frame,
                      max_message=inbox.max_message, heartbeat_ms=round(self.heartbeat_s * 1000),
                      ttl_s=self.ttl_s, ack_level=0, tlvs=tlvs)

    def next(self):
        if self.control:
            return self.control.popleft()
        if self.acks.due:
            self.last_ack_taken = self.over()
            return self.acks.take()
        return self.outbox.next()

    def finish(self):
        """The oldest message has been handled."""
        self.inbox.finish()
        self.acks.handled()
        if self.over():
            self.acks.now()  # R28: the last one

    def receive(self, frame, data):
        """A frame behind HELLO; AUTH is the server's to judge."""
        if frame.type in ("DATA", "END", "VOID"):
            if self.inbox.accept(frame, data):
                self.acks.received(frame)
                self.changed.set()
            else:
                self.acks.duplicate()
        elif frame.type == "ACK":
            self._acknowledged(frame)
        elif frame.type == "NOTE":
            demand(len(data) <= self.inbox.max_frame, f"R8 NOTE of {len(data)} bytes")
            demand(not frame.flags & TEXT or is_utf8(frame.payload), "R9 NOTE is not UTF-8")
            self.notes += 1
        else:
            raise ProtocolError(f"R2 {frame.type} in an open session")

    def _acknowledged(self, frame):
        if frame.flags & DONE:
            demand(frame.done <= frame.recv, f"R24 done {frame.done} above recv {frame.recv}")
            demand(frame.done >= self.outbox.peer_done, f"R24 done fell to {frame.done}")
            self.outbox.peer_done = frame.done
        self.outbox.grow(frame.recv, frame.window)
        if frame.flags & PING:
            self.acks.now(PONG)
        if self.over():
            self.acks.now()  # R28: the last one
        self.wake()
        self.changed.set()

    def ask_for_token(self, deadline_ms):
        self.control.append(encode("AUTH", REQUEST, deadline_ms=deadline_ms))
        self.wake()
