'use strict';
// The two directions of a session at one end, which outlive its connections: what is kept until it
// is acknowledged (Outbox), and what has arrived (Inbox). Rules: docs/protocol.md.

const { FLAGS, encode, crc32, cost, demand, isUtf8 } = require('./frames');

const MOST_HEADER_BYTES = 9; // the first byte and a seq of 8 bytes
const MOST_EXT_BYTES = 64; // what this client puts into EXT, with room to spare

class Outbox {
    constructor() {
        this.kept = new Map(); // seq to { bytes, position, message }
        this.keptBytes = 0;
        this.numbered = 0;
        this.position = 0; // R7, of the last numbered
        this.acked = 0;
        this.ackedPosition = 0;
        this.ackedBytes = Buffer.alloc(0);
        this.peerDone = 0;
        this.endSeq = 0;
        this.limit = 0; // R20
        this.carried = 0; // highest seq that this connection has carried or needs not to carry
        this.messagesAcked = 0;
    }

    number(type, fields, message) {
        demand(this.endSeq === 0, 'a sequenced frame after the own END');
        this.numbered += 1;
        const bytes = encode({ type, seq: this.numbered, ...fields });
        this.position += cost(bytes);
        this.keptBytes += bytes.length;
        this.kept.set(this.numbered, { bytes, position: this.position, message });
        message.last = this.numbered;
    }

    // R8. With `withdrawn` the message is given up before it was handed to a connection: R25.
    submit(payload, { text, maxFrame, ackme, withdrawn, ext }) {
        const message = { handed: false, void: Boolean(withdrawn) };
        const room = maxFrame - MOST_HEADER_BYTES - (ext ? MOST_EXT_BYTES : 0);
        for (let at = 0; at === 0 || at < payload.length; at += room) {
            const last = at + room >= payload.length;
            const flags = (last ? FLAGS.FIN : 0) | (at === 0 && text ? FLAGS.TEXT : 0) |
                (at === 0 && ext ? FLAGS.EXT : 0) | (last && ackme ? FLAGS.ACKME : 0);
            const body = { flags, ext, payload: payload.subarray(at, at + room) };
            this.number(withdrawn ? 'VOID' : 'DATA', withdrawn ? {} : body, message);
        }
    }

    end(code, text) {
        this.number('END', { code, text }, { handed: false, end: true });
        this.endSeq = this.numbered;
    }

    positionOf(seq) {
        return seq === this.acked ? this.ackedPosition : this.kept.get(seq).position;
    }

    checkOf(seq) {
        return crc32(seq === this.acked ? this.ackedBytes : this.kept.get(seq).bytes);
    }

    has(recv) {
        return recv >= this.acked && recv <= this.numbered;
    }

    acknowledge(recv) {
        demand(this.has(recv), `R22 ack ${recv} is not in ${this.acked}..${this.numbered}`);
        while (this.acked < recv) {
            const { bytes, position, message } = this.kept.get(this.acked + 1);
            this.acked += 1;
            this.kept.delete(this.acked);
            this.keptBytes -= bytes.length;
            this.ackedBytes = bytes;
            this.ackedPosition = position;
            if (message.last === this.acked && !message.void && !message.end) {
                this.messagesAcked += 1;
            }
        }
    }

    connected() {
        this.carried = this.acked;
    }

    next() {
        const seq = Math.max(this.carried, this.acked) + 1;
        const entry = this.kept.get(seq);
        if (entry === undefined || entry.position > this.limit) return undefined;
        this.carried = seq;
        entry.message.handed = true;
        return entry.bytes;
    }

    // R29, for what is not confirmed; `final` is the recv of a REJECT that ended the session.
    classify(final) {
        const counts = { void: 0, not_sent: 0, in_doubt: 0 };
        for (const [seq, { message }] of this.kept) {
            if (message.last !== seq || message.end) continue;
            if (message.void) counts.void += 1;
            else if (!message.handed || (final !== undefined && seq > final)) counts.not_sent += 1;
            else counts.in_doubt += 1;
        }
        return counts;
    }
}

class Inbox {
    constructor({ window, maxFrame, maxMessage }) {
        this.capacity = window;
        this.maxFrame = maxFrame;
        this.maxMessage = maxMessage;
        this.recv = 0;
        this.position = 0;
        this.lastBytes = Buffer.alloc(0);
        this.granted = 0; // the highest limit of the session, R20
        this.parts = []; // payloads of the message that is not complete
        this.partsBytes = 0;
        this.partsCost = 0;
        this.partsText = false;
        this.waiting = []; // whole messages, and seqs that are done once those before them are
        this.waitingCost = 0;
        this.messages = 0; // of those in `waiting`
        this.done = 0; // R24
        this.end = undefined;
    }

    get check() {
        return crc32(this.lastBytes);
    }

    window() {
        const room = this.capacity - this.waitingCost - this.partsCost;
        const least = this.parts.length > 0 && this.messages === 0 ? this.maxFrame + 32 : 0;
        return Math.max(room, least);
    }

    grant() {
        const window = this.window();
        this.granted = Math.max(this.granted, this.position + window);
        return window;
    }

    // Whether the frame is new; `bytes` are the whole of it.
    accept(frame, bytes) {
        const { seq, type } = frame;
        if (seq <= this.recv) {
            demand(seq < this.recv || bytes.equals(this.lastBytes), `R18 frame ${seq} differs`);
            return false;
        }
        demand(this.end === undefined, `R2 frame ${seq} after END`);
        demand(seq === this.recv + 1, `R18 gap: ${seq} after ${this.recv}`);
        demand(bytes.length <= this.maxFrame, `R8 frame of ${bytes.length} bytes`);
        const position = this.position + cost(bytes);
        demand(position <= this.granted, `R20 position ${position} above ${this.granted}`);
        if (type !== 'DATA') demand(this.parts.length === 0, `R8 ${type} inside a message`);
        const whole = type === 'DATA' ? this.assemble(frame, cost(bytes)) : undefined;
        this.recv = seq;
        this.position = position;
        this.lastBytes = bytes;
        if (type === 'END') this.end = { code: frame.code, text: frame.text };
        if (whole !== undefined) this.queue(whole);
        else if (type !== 'DATA') this.queue({ last: seq, cost: 0 });
        return true;
    }

    // A frame that breaks a rule changes nothing: the session may go on after 4400.
    assemble({ seq, flags, payload }, frameCost) {
        const begins = this.parts.length === 0;
        demand(begins || !(flags & (FLAGS.TEXT | FLAGS.EXT)), 'R8 TEXT or EXT inside a message');
        const size = this.partsBytes + payload.length;
        demand(size <= this.maxMessage, `R8 message above ${this.maxMessage} bytes`);
        const text = begins ? Boolean(flags & FLAGS.TEXT) : this.partsText;
        const whole = flags & FLAGS.FIN ? Buffer.concat([...this.parts, payload]) : undefined;
        demand(!whole || !text || isUtf8(whole), 'R9 text is not UTF-8');
        const message = { last: seq, cost: this.partsCost + frameCost, payload: whole, text };
        if (whole) this.parts = [];
        else this.parts.push(payload);
        this.partsBytes = whole ? 0 : size;
        this.partsCost = whole ? 0 : this.partsCost + frameCost;
        this.partsText = text;
        return whole ? message : undefined;
    }

    queue(entry) {
        this.waiting.push(entry);
        this.waitingCost += entry.cost;
        if (entry.payload !== undefined) this.messages += 1;
        this.settle();
    }

    // The oldest message, which stays until finish().
    first() {
        return this.waiting[0];
    }

    finish() {
        const { last, cost: freed } = this.waiting.shift();
        this.done = last;
        this.waitingCost -= freed;
        this.messages -= 1;
        this.settle();
    }

    settle() {
        while (this.waiting.length > 0 && this.waiting[0].payload === undefined) {
            this.done = this.waiting.shift().last;
        }
    }
}

module.exports = { Outbox, Inbox };
