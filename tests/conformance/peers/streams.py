"""The two directions of a session at one end, which outlive its connections: what is kept until it
is acknowledged (Outbox), and what has arrived (Inbox). Rules: docs/protocol.md."""

from collections import deque

from frames import (ACKME, COST_OF_A_FRAME, EXT, FIN, TEXT, check_of, cost_of, demand, encode,
                    is_utf8)

MOST_HEADER_BYTES = 9  # the first byte and a seq of 8 bytes


class Kept:
    """A numbered frame; `position` is that of R7."""

    def __init__(self, data, position, ends_message):
        self.data, self.position, self.ends_message = data, position, ends_message


class Outbox:
    def __init__(self, max_frame):
        self.max_frame = max_frame
        self.kept = {}  # by seq
        self.kept_bytes = 0
        self.numbered = self.position = 0
        self.acked = self.acked_position = self.acked_check = 0
        self.peer_done = 0
        self.end_seq = 0
        self.limit = 0  # R20
        self.carried = 0  # highest seq that this connection has carried or needs not to carry
        self.messages_acked = 0

    def _number(self, type_, ends_message=False, **fields):
        assert not self.end_seq, "a sequenced frame after the own END"
        self.numbered += 1
        data = encode(type_, seq=self.numbered, **fields)
        self.position += cost_of(data)
        self.kept_bytes += len(data)
        self.kept[self.numbered] = Kept(data, self.position, ends_message)

    def submit(self, payload, text, ackme=False, withdrawn=False):
        """R8. `withdrawn`: given up before it was handed to a connection (R25)."""
        room = self.max_frame - MOST_HEADER_BYTES
        for at in range(0, max(1, len(payload)), room):
            last = at + room >= len(payload)
            if withdrawn:
                self._number("VOID")
                continue
            flags = (FIN if last else 0) | (TEXT if text and not at else 0) | (
                ACKME if last and ackme else 0)
            self._number("DATA", last, flags=flags, payload=payload[at:at + room])

    def end(self, code, text):
        self._number("END", code=code, text=text)
        self.end_seq = self.numbered

    def position_of(self, seq):
        return self.acked_position if seq == self.acked else self.kept[seq].position

    def check_of(self, seq):
        return self.acked_check if seq == self.acked else check_of(self.kept[seq].data)

    def has(self, recv):
        return self.acked <= recv <= self.numbered

    def acknowledge(self, recv):
        demand(self.has(recv), f"R22 ack {recv} is not in {self.acked}..{self.numbered}")
        if recv > self.acked:
            self.acked_position, self.acked_check = self.position_of(recv), self.check_of(recv)
        while self.acked < recv:
            self.acked += 1
            frame = self.kept.pop(self.acked)
            self.kept_bytes -= len(frame.data)
            self.messages_acked += frame.ends_message

    def resume(self, recv, window):
        """A HELLO was accepted: R14 and R20."""
        self.acknowledge(recv)
        self.limit = self.acked_position + window
        self.carried = recv

    def grow(self, recv, window):
        self.acknowledge(recv)
        self.limit = max(self.limit, self.acked_position + window)

    def next(self):
        frame = self.kept.get(max(self.carried, self.acked) + 1)
        if frame is None or frame.position > self.limit:
            return None
        self.carried = max(self.carried, self.acked) + 1
        return frame.data


class Message:
    """A whole one; a seq without payload is an END or VOID that is done once those before are."""

    def __init__(self, last, cost, payload=None, text=False, ext=None):
        self.last, self.cost, self.payload, self.text = last, cost, payload, text
        self.ext = ext or {}


class Inbox:
    def __init__(self, window, max_frame, max_message):
        self.capacity, self.max_frame, self.max_message = window, max_frame, max_message
        self.recv = self.position = self.check = 0
        self.granted = 0  # the highest limit of the session, R20
        self.parts = []  # payloads of the message that is not complete
        self.parts_bytes = self.parts_cost = 0
        self.parts_text = False
        self.parts_ext = None
        self.waiting = deque()
        self.messages = 0  # of those in `waiting`
        self.waiting_cost = 0
        self.done = 0  # R24
        self.end = None

    def window(self):
        room = self.capacity - self.waiting_cost - self.parts_cost
        incomplete = self.parts and not self.messages
        return max(room, self.max_frame + COST_OF_A_FRAME if incomplete else 0)

    def grant(self):
        window = self.window()
        self.granted = max(self.granted, self.position + window)
        return window

    def accept(self, frame, data):
        """Whether the frame is new; `data` is the whole of it."""
        seq, cost = frame.seq, cost_of(data)
        if seq <= self.recv:
            demand(seq < self.recv or check_of(data) == self.check, f"R18 frame {seq} differs")
            return False
        demand(self.end is None, f"R2 frame {seq} after END")
        demand(seq == self.recv + 1, f"R18 gap: {seq} after {self.recv}")
        demand(len(data) <= self.max_frame, f"R8 frame of {len(data)} bytes")
        demand(self.position + cost <= self.granted,
               f"R20 position {self.position + cost} above {self.granted}")
        if frame.type == "DATA":
            entry = self._assemble(frame, cost)
        else:
            demand(not self.parts, f"R8 {frame.type} inside a message")
            entry = Message(seq, 0)
        self.recv, self.position, self.check = seq, self.position + cost, check_of(data)
        if frame.type == "END":
            self.end = (frame.code, frame.text)
        if entry:
            self.waiting.append(entry)
            self.waiting_cost += entry.cost
            self.messages += entry.payload is not None
            self._settle()
        return True

    def _assemble(self, frame, cost):
        """A frame that breaks a rule changes nothing: the session may go on after 4400."""
        demand(not self.parts or not frame.flags & (TEXT | EXT), "R8 TEXT or EXT inside a message")
        size = self.parts_bytes + len(frame.payload)
        demand(size <= self.max_message, f"R8 message above {self.max_message} bytes")
        text, ext = self.parts_text, self.parts_ext
        if not self.parts:
            text, ext = bool(frame.flags & TEXT), getattr(frame, "ext", None)
        whole = b"".join([*self.parts, frame.payload]) if frame.flags & FIN else None
        demand(whole is None or not text or is_utf8(whole), "R9 text is not UTF-8")
        if whole is None:
            self.parts.append(frame.payload)
            self.parts_bytes, self.parts_text, self.parts_ext = size, text, ext
            self.parts_cost += cost
            return None
        message = Message(frame.seq, self.parts_cost + cost, whole, text, ext)
        self.parts, self.parts_bytes, self.parts_cost = [], 0, 0
        return message

    def first(self):
        """The oldest message, which stays until finish()."""
        return self.waiting[0] if self.waiting else None

    def finish(self):
        message = self.waiting.popleft()
        self.done = message.last
        self.messages -= 1
        self.waiting_cost -= message.cost
        self._settle()

    def _settle(self):
        while self.waiting and self.waiting[0].payload is None:
            self.done = self.waiting.popleft().last
