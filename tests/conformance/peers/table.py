"""The sessions of a server, and what is left of them: R14, R28. In memory; one process owns it."""

import asyncio
import hmac

from frames import HAS_RECV, RETRY, Reject, demand, encode
from session import MAX_FRAME, Refused, Session, hash_of

MOST_TOMBSTONES = 100_000
BUSY_RETRY_MS = 200
CLOSE_CODES = {Reject.FORBIDDEN: 4403, Reject.STALE_EPOCH: 4409, Reject.AUTHENTICATION_NEEDED: 4401}
AUTHENTICATION_TLV = 2


class Tombstone:
    def __init__(self, session, reason):
        self.secret_hash, self.principal = session.secret_hash, session.principal
        self.reason, self.recv = reason, session.inbox.recv


class Table:
    """`on_end(session, how)` is told the end of each; `on_new(session)` its beginning."""

    def __init__(self, options, on_new, on_end):
        self.options, self.on_new, self.on_end = options, on_new, on_end
        self.sessions = {}  # by sid
        self.tombstones = {}
        self.numbered = 0

    def principal_of(self, token):
        """Who `token` names: what stands before its first colon. Without --token all are nobody."""
        if not self.options.token:
            return ""
        if token is None:
            raise Refused(Reject.AUTHENTICATION_NEEDED, "a token is needed", retry_ms=0)
        if not any(hmac.compare_digest(token, known.encode()) for known in self.options.token):
            raise Refused(Reject.FORBIDDEN, "unknown token")
        return token.split(b":")[0].decode(errors="replace")

    def open(self, hello, link):
        """R14 from the version on, in its order and without a pause; returns the session."""
        if hello.version != 1:
            raise Refused(Reject.UNSUPPORTED, f"version {hello.version}")
        if "unknown" in hello.tlvs:
            raise Refused(Reject.UNSUPPORTED, f"tlv {hello.tlvs['unknown']}")
        link.principal = self.principal_of(hello.tlvs.get(AUTHENTICATION_TLV))
        session = self.sessions.get(hello.sid) or self._create(hello, link.principal)
        if session.principal != link.principal:
            raise Refused(Reject.FORBIDDEN, "another principal")
        session.check(hello)
        if hello.sid not in self.sessions:
            self.sessions[hello.sid] = session
            self.on_new(session)
        self._cancel_expiry(session)
        former = session.accept(hello, link)
        if former:
            former.close(4409, "R14 superseded by a newer connection")
        return session

    def _create(self, hello, principal):
        tombstone = self.tombstones.get(hello.sid)
        if tombstone and tombstone.principal == principal and hmac.compare_digest(
                tombstone.secret_hash, hash_of(hello.secret)):
            how = "ended" if tombstone.reason == Reject.ENDED else "expired"
            raise Refused(tombstone.reason, how, recv=tombstone.recv)
        if hello.born != 0:
            raise Refused(Reject.UNKNOWN_SESSION, "unknown session")
        if len(self.sessions) >= self.options.max_sessions:
            raise Refused(Reject.OVERLOADED, "too many sessions", retry_ms=BUSY_RETRY_MS)
        self.numbered += 1
        return Session(self.numbered, hello, principal, self.options)

    def left(self, session, link):
        """Its connection has ended; without another one it expires."""
        if session.link is not link:
            return
        session.link = None
        if session.sid in self.sessions:
            session.expiry = asyncio.get_running_loop().call_later(
                session.ttl_s, self.bury, session, Reject.EXPIRED, "expired")

    @staticmethod
    def _cancel_expiry(session):
        if session.expiry:
            session.expiry.cancel()
            session.expiry = None

    def bury(self, session, reason, how):
        """Ends a session and leaves a tombstone."""
        self.forget(session, how)
        if len(self.tombstones) >= MOST_TOMBSTONES:
            del self.tombstones[next(iter(self.tombstones))]
        tombstone = self.tombstones[session.sid] = Tombstone(session, reason)
        asyncio.get_running_loop().call_later(
            max(self.options.tombstone_ttl, session.ttl_s), self._remove, session.sid, tombstone)

    def _remove(self, sid, tombstone):
        if self.tombstones.get(sid) is tombstone:
            del self.tombstones[sid]

    def forget(self, session, how):
        """Ends a session and leaves nothing."""
        self._cancel_expiry(session)
        if self.sessions.pop(session.sid, None):
            self.on_end(session, how)


def check_first_window(hello):
    """R8; a HELLO without born is the first, or repeats it."""
    if hello.born == 0:
        least = max(65536, 2 * (hello.tlvs.get(MAX_FRAME, 16384) + 32))
        demand(hello.window >= least, f"R8 first window {hello.window} below {least}")


def reject_frame(refused):
    """The frame and the close code for it: R16."""
    retry, has_recv = refused.retry_ms is not None, refused.recv is not None
    frame = encode("REJECT", (RETRY if retry else 0) | (HAS_RECV if has_recv else 0),
                   reason=refused.reason, recv=refused.recv, retry_ms=refused.retry_ms or 0,
                   text=str(refused))
    return frame, CLOSE_CODES.get(refused.reason, 4503 if retry else 4404)
