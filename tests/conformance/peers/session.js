'use strict';
// One session at the client: the handshake, the steady state and the acknowledgements, without a
// socket. What is to be written comes out of next(). Rules: docs/protocol.md.

const crypto = require('crypto');
const { FLAGS, ProtocolError, demand, encode, isUtf8 } = require('./frames');
const { Outbox, Inbox } = require('./streams');

const ACK_DELAY_MS = 15; // R21 has 20; the timer may be late
const FIRST_MAX_FRAME = 16384; // R8, before a WELCOME
// Before WELCOME. The server may have most of it; and where a line breaks after so many bytes, a
// client that fills it with what it has sent before would never get as far as reading WELCOME.
const MOST_EARLY_BYTES = 16384;

// The session is gone (R29); `reason` is that of a REJECT.
class Lost extends Error {
    constructor(reason, sentence) {
        super(sentence);
        this.reason = reason;
    }
}

// When an ACK is due (R21); `wake` is called once one is.
class Acks {
    constructor(inbox, wake) {
        this.inbox = inbox;
        this.wake = wake;
        this.timer = undefined;
        this.connected();
    }

    connected() {
        this.due = false;
        this.flags = 0;
        this.duplicates = false;
        this.announced();
    }

    // A window has been written; all before is acknowledged by it.
    announced() {
        clearTimeout(this.timer);
        this.timer = undefined;
        this.limit = this.inbox.position + this.inbox.grant();
        this.position = this.inbox.position;
        this.done = this.inbox.done;
    }

    now(flags = 0) {
        this.flags |= flags;
        this.due = true;
        this.wake();
    }

    soon() {
        if (this.timer !== undefined || this.due) return;
        this.timer = setTimeout(() => {
            this.timer = undefined;
            this.now();
        }, ACK_DELAY_MS);
    }

    received(frame) {
        this.duplicates = false;
        const unacknowledged = this.inbox.position - this.position;
        if (frame.flags & FLAGS.ACKME || frame.type === 'END' || this.opens() ||
            unacknowledged >= this.inbox.capacity / 4) {
            this.now();
        } else {
            this.soon();
        }
    }

    duplicate() {
        if (!this.duplicates) this.now();
        this.duplicates = true;
    }

    // There is room for a frame again, of which the peer does not know, or much more room.
    opens() {
        const one = this.inbox.maxFrame + 32;
        const window = this.inbox.window();
        const known = this.limit - this.inbox.position;
        return (known < one && window >= one) || window - known >= this.inbox.capacity / 2;
    }

    // A message has been handled.
    handled() {
        if (this.opens()) this.now();
        else if (this.inbox.done > this.done) this.soon();
    }

    take() {
        const flags = this.flags | (this.inbox.done > 0 ? FLAGS.DONE : 0);
        this.due = false;
        this.flags = 0;
        this.announced();
        return encode({ type: 'ACK', flags, recv: this.inbox.recv,
            window: this.limit - this.inbox.position, done: this.inbox.done });
    }
}

class Session {
    // `app` has wake(), arrived(), note(payload), acked(), goaway(frame) and asked().
    constructor(options, app) {
        this.options = options;
        this.app = app;
        this.sid = crypto.randomBytes(16);
        this.secret = crypto.randomBytes(16);
        this.born = 0;
        this.epoch = 0;
        this.terms = undefined; // of the first WELCOME, fixed from then on
        this.heartbeatMs = undefined;
        this.welcomed = false; // on this connection
        this.outbox = new Outbox();
        this.inbox = new Inbox(options);
        this.acks = new Acks(this.inbox, () => app.wake());
        this.control = [];
    }

    get maxFrame() {
        return this.terms ? this.terms.max_frame : FIRST_MAX_FRAME;
    }

    // Both ENDs are acknowledged, as far as this end can know it.
    get over() {
        const { endSeq, acked } = this.outbox;
        return endSeq > 0 && acked >= endSeq && this.inbox.end !== undefined;
    }

    // The first frame of a connection, of which nothing has been carried yet.
    hello(token) {
        this.welcomed = false;
        this.earlyBytes = 0;
        this.control = [];
        this.outbox.connected();
        this.acks.connected();
        const tlvs = { 5: this.options.maxFrame, 11: this.options.maxMessage };
        if (token !== undefined) tlvs[2] = token;
        if (this.options.ttl !== undefined) tlvs[3] = this.options.ttl;
        if (this.options.heartbeatMs !== undefined) tlvs[9] = this.options.heartbeatMs;
        if (this.inbox.recv > 0) tlvs[7] = this.inbox.check;
        return encode({ type: 'HELLO', version: 1, sid: this.sid, secret: this.secret,
            born: this.born, epoch: this.epoch, recv: this.inbox.recv, acked: this.outbox.acked,
            window: this.acks.limit - this.inbox.position, tlvs });
    }

    next() {
        if (this.welcomed && this.acks.due) return this.acks.take();
        if (this.control.length > 0) return this.control.shift();
        if (this.welcomed) return this.outbox.next();
        if (this.born === 0 || this.earlyBytes >= MOST_EARLY_BYTES) return undefined; // R13
        const bytes = this.outbox.next();
        this.earlyBytes += bytes === undefined ? 0 : bytes.length;
        return bytes;
    }

    answer(frame) {
        demand(frame.type === 'WELCOME', `R13 ${frame.type} instead of WELCOME`);
        const { outbox } = this;
        if (this.born > 0 && (frame.born !== this.born || !(frame.flags & FLAGS.RESUMED))) {
            throw new Lost(1, 'WELCOME of another session');
        }
        this.agree(frame);
        if (!outbox.has(frame.recv)) {
            throw new Lost(4, `R15 recv ${frame.recv} is not in ${outbox.acked}..` +
                outbox.numbered);
        }
        if (frame.recv > 0 && frame.tlvs[7] !== outbox.checkOf(frame.recv)) {
            throw new Lost(4, `R17 check of frame ${frame.recv}`);
        }
        this.born = frame.born;
        this.heartbeatMs = frame.heartbeat_ms;
        this.welcomed = true;
        outbox.acknowledge(frame.recv);
        outbox.limit = outbox.positionOf(frame.recv) + frame.window;
        this.acks.now(); // before anything that is sent because of it
        this.app.acked();
    }

    // R8: what the first WELCOME fixes.
    agree(frame) {
        if (this.terms === undefined) {
            const least = Math.max(65536, 2 * (frame.max_frame + 32));
            demand(frame.window >= least, `R8 first window ${frame.window} below ${least}`);
            this.terms = { max_frame: frame.max_frame, max_message: frame.max_message,
                ack_level: frame.ack_level };
        }
        for (const [name, value] of Object.entries(this.terms)) {
            demand(frame[name] === value, `R8 ${name} ${frame[name]} was ${value}`);
        }
    }

    receive(frame, bytes) {
        switch (frame.type) {
        case 'DATA': case 'END': case 'VOID': return this.sequenced(frame, bytes);
        case 'ACK': return this.acknowledged(frame);
        case 'NOTE':
            demand(bytes.length <= this.inbox.maxFrame, `R8 NOTE of ${bytes.length} bytes`);
            demand(!(frame.flags & FLAGS.TEXT) || isUtf8(frame.payload), 'R9 NOTE is not UTF-8');
            return this.app.note(frame.payload);
        case 'GOAWAY': return this.app.goaway(frame);
        case 'AUTH':
            demand(frame.flags & FLAGS.REQUEST, 'R2 a token from the server');
            return this.app.asked();
        default: throw new ProtocolError(`R2 ${frame.type} in an open session`);
        }
    }

    sequenced(frame, bytes) {
        if (this.inbox.accept(frame, bytes)) {
            this.app.arrived(); // first, so that the ACK has the new `done`
            this.acks.received(frame);
        } else {
            this.acks.duplicate();
        }
    }

    acknowledged(frame) {
        const { outbox } = this;
        if (frame.flags & FLAGS.DONE) {
            demand(frame.done <= frame.recv, `R24 done ${frame.done} above recv ${frame.recv}`);
            demand(frame.done >= outbox.peerDone, `R24 done fell to ${frame.done}`);
            outbox.peerDone = frame.done;
        }
        outbox.acknowledge(frame.recv);
        outbox.limit = Math.max(outbox.limit, outbox.positionOf(frame.recv) + frame.window);
        if (frame.flags & FLAGS.PING) this.acks.now(FLAGS.PONG);
        this.app.acked();
    }

    token(token) {
        this.control.push(encode({ type: 'AUTH', token }));
        this.app.wake();
    }
}

module.exports = { Session, Lost };
