"""One way through the fault proxy: delay, bandwidth, and pushing back to the sender."""

import asyncio
from collections import deque

# Most bytes a delayed direction holds before the proxy stops reading from its sender.
DELAY_LINE_BYTES = 64 * 2**20
# A narrow line holds what it carries in this time beyond its delay; the sender feels the rest.
NARROW_LINE_S = 0.1
NARROW_LINE_PIECES_PER_S = 50


class Direction:
    """One way through the proxy: holds each piece until its time, then writes it in order."""

    def __init__(self, faults, source, sink, ended):
        self.loop = asyncio.get_running_loop()
        self.delay_s = faults.delay_ms / 1000
        self.bandwidth = faults.bandwidth
        self.source = source
        self.sink = sink
        self.ended = ended
        self.line = deque()  # (due, piece or None for the end of the stream)
        self.held_bytes = 0
        self.free_at = 0.0
        self.timer = None
        self.stopped = False
        self.sink_is_full = False
        self.capacity = DELAY_LINE_BYTES
        if self.bandwidth:
            self.capacity = self.bandwidth * (self.delay_s + NARROW_LINE_S)

    def put(self, data):
        if not self.delay_s and not self.bandwidth:
            self.sink.write(data)
            return
        step = len(data)
        if self.bandwidth:
            step = max(1, int(self.bandwidth / NARROW_LINE_PIECES_PER_S))
        for start in range(0, len(data), step):
            self._append(data[start:start + step])
        self._steer_source()

    def end(self):
        if self.delay_s or self.bandwidth:
            self._append(None)
        else:
            self._write_end()

    def _write_end(self):
        if not self.sink.is_closing():
            self.sink.write_eof()
        self.ended()

    def _append(self, piece):
        size = len(piece or b"")
        now = self.loop.time()
        if self.bandwidth:
            self.free_at = max(now, self.free_at) + size / self.bandwidth
        self.line.append((max(now, self.free_at) + self.delay_s, piece))
        self.held_bytes += size
        if self.timer is None:
            self.timer = self.loop.call_at(self.line[0][0], self._deliver)

    def _deliver(self):
        self.timer = None
        now = self.loop.time()
        while self.line and self.line[0][0] <= now and not self.stopped:
            _, piece = self.line.popleft()
            if piece is None:
                self._write_end()
                continue
            self.held_bytes -= len(piece)
            self.sink.write(piece)
        if self.line and not self.stopped:
            self.timer = self.loop.call_at(self.line[0][0], self._deliver)
        self._steer_source()

    def set_sink_full(self, full):
        self.sink_is_full = full
        self._steer_source()

    def _steer_source(self):
        """Reads on only while there is room, so that TCP pushes back to the sender."""
        if self.source.is_closing():
            return
        if self.stopped or self.sink_is_full or self.held_bytes > self.capacity:
            self.source.pause_reading()
        else:
            self.source.resume_reading()

    def stop(self):
        self.stopped = True
        self.line.clear()
        if self.timer:
            self.timer.cancel()
        self._steer_source()
