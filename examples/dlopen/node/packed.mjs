// Packed records, many events or messages with one call: the end of resock.h describes them. The
// machine is little-endian, as they are.

export const Kind = Object.freeze({
    OPEN: 1, MESSAGE: 2, CONFIRMED: 3, FAILED: 4, DOWN: 5, WRITABLE: 6, CREDENTIALS: 7,
    LOST: 10, CLOSED: 11, LOG: 12,
});

const TEXT = 1;

export function flagsOf(message) {
    return typeof message === 'string' ? TEXT : 0;
}

export function bytesOf(message) {
    if (typeof message === 'string') return Buffer.from(message);
    if (message instanceof Uint8Array) return message;
    throw new TypeError(`a message is a string or a Uint8Array, not ${typeof message}`);
}

function recordSize(bytes) {
    return Math.ceil((16 + bytes) / 8) * 8;
}

export function packed(messages) {
    const given = Array.from(messages);
    const all = given.map(bytesOf);
    const records = new Uint8Array(all.reduce((sum, data) => sum + recordSize(data.length), 0));
    const words = new Uint32Array(records.buffer);
    let at = 0;
    all.forEach((data, index) => {
        const word = at / 4;
        words[word] = recordSize(data.length);
        words[word + 1] = flagsOf(given[index]);
        words[word + 3] = data.length;
        records.set(data, at + 16);
        at += words[word];
    });
    return records;
}

/** The events of a copy of these bytes of an ArrayBuffer. */
export function unpacked(buffer, bytes) {
    const records = Buffer.from(buffer.slice(0, bytes));
    const words = new Uint32Array(records.buffer);
    const events = [];
    for (let at = 0; at < bytes; at += words[at / 4]) events.push(new Event(records, words, at));
    return events;
}

/** Something that happened. */
class Event {
    #records;
    #words;
    #at;

    constructor(records, words, at) {
        this.#records = records;
        this.#words = words;
        this.#at = at;
        this.kind = words[at / 4 + 1] & 0xffff;
    }

    /** MESSAGE: 1 text; DOWN: 1 a connection ended; OPEN: 1 resumed; LOST: 1 begun anew. */
    get flags() { return this.#u32(4) >>> 16; }
    get linkId() { return this.#number(8); }
    get user() { return this.#records.readBigUInt64LE(this.#at + 16); }
    /** CONFIRMED: the last message; FAILED: the first; MESSAGE: its number in a session;
     *  CREDENTIALS: the request; OPEN, DOWN, CLOSED: the connection. */
    get id() { return this.#number(24); }
    /** CONFIRMED: how far its messages have come, resock_level. */
    get level() { return this.#u32(32); }
    /** FAILED: the last message. */
    get lastId() { return this.#number(32); }
    /** FAILED: resock_reason. */
    get reason() { return this.#u32(40); }

    /** MESSAGE: the message; DOWN, CLOSED: why; LOST, LOG: what happened; else empty. */
    get data() {
        switch (this.kind) {
        case Kind.MESSAGE:
            return this.#part(40, this.#u32(36));
        case Kind.DOWN:
        case Kind.CLOSED: // behind close_reason, detail and host
            return this.#part(136 + this.#u32(120) + this.#u32(124) + this.#u32(128),
                this.#u32(132));
        case Kind.LOST:
        case Kind.LOG:
            return this.#part(48, this.#u32(44));
        default:
            return this.#part(0, 0);
        }
    }

    get text() { return this.data.toString(); }

    /** DOWN, CLOSED: why, and what follows. Layer, culprit, cause and verdict are the enumerations
     *  of resock.h; close code, status and errno are 0 for none, the rest is null. */
    get record() {
        const bits = this.#u32(116);
        const [closeReason, detail, host, why] = this.#texts(120, 136, 4);
        return {
            layer: this.#u32(88), culprit: this.#u32(92), cause: this.#u32(96),
            verdict: this.#u32(100), closeCode: this.#u32(104), httpStatus: this.#u32(108),
            errno: this.#u32(112), closedByUs: (bits & 1) !== 0, limitsReached: (bits & 2) !== 0,
            attempt: this.#number(32), upMs: this.#number(48), delayMs: this.#known(56),
            rttUs: this.#known(64), silenceMs: this.#known(72), messageId: this.#known(80),
            closeReason, detail, host, why,
        };
    }

    /** What an OPEN tells. */
    get opening() {
        const [address, tls, subprotocol] = this.#texts(56, 72, 3);
        return {
            attempt: this.#number(32), downtimeMs: this.#number(40), address, tls, subprotocol,
        };
    }

    /** What CREDENTIALS is asked for; 0 for none. */
    get refusal() {
        return {
            attempt: this.#number(32), httpStatus: this.#u32(40), closeCode: this.#u32(44),
        };
    }

    /** LOST: resock_lost_reason. */
    get lostReason() { return this.#u32(40); }

    /** Strings one behind the other, whose lengths stand at `lengths`. */
    #texts(lengths, begin, count) {
        const made = [];
        for (let index = 0; index < count; index++) {
            const length = this.#u32(lengths + 4 * index);
            made.push(this.#part(begin, length).toString());
            begin += length;
        }
        return made;
    }
    #known(offset) {
        return this.#u32(offset + 4) === 0xffffffff ? null : this.#number(offset);
    }

    #part(begin, length) {
        return this.#records.subarray(this.#at + begin, this.#at + begin + length);
    }
    #u32(offset) { return this.#words[(this.#at + offset) / 4]; }
    /** Counted up from 1, so below 2^53. */
    #number(offset) { return this.#u32(offset) + this.#u32(offset + 4) * 2 ** 32; }
}
