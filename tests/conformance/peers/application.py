"""What the server does with a session: counts or echoes what arrives, feeds numbered messages, and
answers the END of the client behind all that it has to send."""

import asyncio
import math
import time

from numbered import Count, payload_of
from session import MAX_MESSAGE

EXPIRES = 1  # tlv of DATA, unix ms
FAIR_MESSAGES = 64  # handled before others get a turn


class Application:
    # `hold` is an event: while it is not set nothing is handled.
    def __init__(self, session, options, hold):
        self.session, self.options, self.hold = session, options, hold
        self.count = Count()
        self.received = self.expired = self.sent = self.fed = 0
        self.ending = False  # told to end, whatever the client does

    async def run(self):
        session = self.session
        while True:
            handled = 0
            while handled < FAIR_MESSAGES and await self.handle_one():
                handled += 1
            self.feed()
            self.end_where_due()
            session.wake()
            if handled == FAIR_MESSAGES:
                await asyncio.sleep(0)
            else:
                await session.changed.wait()
                session.changed.clear()

    def has_room(self):
        return self.session.outbox.kept_bytes < self.options.send_bound

    async def handle_one(self):
        message = self.session.inbox.first()
        if message is None or (self.options.echo and not self.has_room()):
            return False
        await self.hold.wait()
        if self.options.delay_ms:
            await asyncio.sleep(self.options.delay_ms / 1000)
        self.received += 1
        self.expired += message.ext.get(EXPIRES, math.inf) < time.time() * 1000
        if self.options.count:
            self.count.take(message.payload, message.text)
        if self.options.echo:
            self.send(message.payload, message.text)
        self.session.finish()
        return True

    def send(self, payload, text, ackme=False):
        outbox, void_every = self.session.outbox, self.options.void_every
        if self.is_over():
            return
        if len(payload) > self.session.peer[MAX_MESSAGE]:
            outbox.submit(payload, text, withdrawn=True)  # R25: above a limit
            return
        self.sent += 1
        outbox.submit(payload, text, ackme)
        if void_every and self.sent % void_every == 0:
            outbox.submit(payload, text, withdrawn=True)

    def is_over(self):
        """Nothing is sent any more: also of what was held when it was told to end."""
        return self.ending or self.session.outbox.end_seq

    def feed(self):
        while self.fed < self.options.feed and self.has_room() and not self.is_over():
            self.fed += 1
            payload, text = payload_of(self.fed, self.options.bytes)
            self.send(payload, text, ackme=self.fed == self.options.feed)

    def end_where_due(self):
        inbox, outbox = self.session.inbox, self.session.outbox
        answered = inbox.end and not inbox.waiting and self.fed == self.options.feed
        if (answered or self.ending) and not outbox.end_seq:
            outbox.end(0, "done")

    def report(self, how):
        session = self.session
        counts = self.count.report() if self.options.count else {}
        return {"session": session.number, "end": how, "sent": self.sent,
                "acked": session.outbox.messages_acked, **counts,
                "received": self.received, "expired": self.expired,
                "connects": session.connects, "resumes": session.connects - 1,
                "notes": session.notes, "done": session.inbox.done,
                "peer_done": session.outbox.peer_done}
