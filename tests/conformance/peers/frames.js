'use strict';
// The frames of resock.v1: bytes to objects and back, with the bounds that hold in every state.
//
// A frame is an object with `type` (a name of FRAMES), `flags` and the fields of its row, named as
// in docs/protocol.md §2; `tlvs` and `ext` are objects from the type's number to its value.

const MOST_VARINT = 2 ** 53 - 1;
const MOST_U32 = 2 ** 32 - 1;
const MOST_WAIT_MS = 600000;
const MOST_CONTROL_BYTES = 65536;
const MOST_TEXT_BYTES = 1024;
const COST_OF_A_FRAME = 32;

const FLAGS = {
    FIN: 1, TEXT: 2, EXT: 4, ACKME: 8, // DATA; TEXT stands in NOTE, too
    PING: 1, PONG: 2, DONE: 4, // ACK
    RESUMED: 1, RETRY: 1, HAS_RECV: 2, FINISH: 1, REQUEST: 1,
};

// `field?FLAG` stands only with that flag, `field!FLAG` only without it.
const FRAMES = {
    DATA: { number: 1, known: 15, fields: ['seq', 'ext?EXT', 'payload'] },
    END: { number: 2, known: 0, fields: ['seq', 'code', 'text'] },
    ACK: { number: 3, known: 7, fields: ['recv', 'window', 'done?DONE'] },
    NOTE: { number: 4, known: 2, fields: ['payload'] },
    HELLO: { number: 5, known: 0, control: true, fields: ['version', 'sid', 'secret', 'born',
        'epoch', 'recv', 'acked', 'window', 'tlvs'] },
    WELCOME: { number: 6, known: 1, control: true, fields: ['born', 'recv', 'window', 'max_frame',
        'max_message', 'heartbeat_ms', 'ttl_s', 'ack_level', 'tlvs'] },
    REJECT: { number: 7, known: 3, control: true, fields: ['reason', 'recv?HAS_RECV', 'retry_ms',
        'text'] },
    GOAWAY: { number: 8, known: 1, control: true, fields: ['grace_ms', 'retry_min_ms',
        'retry_max_ms', 'url'] },
    AUTH: { number: 9, known: 1, control: true, fields: ['deadline_ms?REQUEST', 'token!REQUEST'] },
    VOID: { number: 10, known: 0, fields: ['seq'] },
};
const NAMES = Object.keys(FRAMES);

// What is no varint; the rest of the frame is theirs where no length is given.
const KINDS = {
    payload: 'rest', token: 'rest', text: 'text', url: 'url', tlvs: 'tlvs', ext: 'block',
    sid: 'id', secret: 'id', version: 'u8', ack_level: 'u8',
};
const BOUNDS = {
    seq: [1, MOST_VARINT], code: [0, MOST_U32], window: [0, MOST_U32], max_frame: [16384, 2 ** 24],
    max_message: [0, MOST_U32], heartbeat_ms: [1000, 600000], ack_level: [0, 3],
};
const WAITS = ['retry_ms', 'retry_min_ms', 'retry_max_ms', 'grace_ms', 'deadline_ms'];
const TLVS = {
    HELLO: { 1: 'bytes', 2: 'bytes', 3: 'ttl_s', 5: 'max_frame', 7: 'check', 9: 'heartbeat_ms',
        11: 'max_message', 13: 'ack_level' },
    WELCOME: { 1: 'url', 3: 'ttl_s', 7: 'check' },
    DATA: { 1: 'expires', 3: 'bytes' },
};

// The peer broke a rule; the message names it and goes into the close reason.
class ProtocolError extends Error {}

function demand(condition, sentence) {
    if (!condition) throw new ProtocolError(sentence);
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
    let value = index;
    for (let bit = 0; bit < 8; bit += 1) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
    return value;
});

// `check` of R17.
function crc32(bytes) {
    let crc = 0xffffffff;
    for (let at = 0; at < bytes.length; at += 1) {
        crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ bytes[at]) & 255];
    }
    return (crc ^ 0xffffffff) >>> 0;
}

function cost(bytes) {
    return bytes.length + COST_OF_A_FRAME;
}

function isUtf8(bytes) {
    return Buffer.from(bytes.toString('utf8'), 'utf8').equals(bytes);
}

function bounded(name, value) {
    if (WAITS.includes(name)) return Math.min(value, MOST_WAIT_MS);
    const [least, most] = BOUNDS[name] || [0, MOST_VARINT];
    const rule = name === 'seq' ? 'R2' : 'R10';
    demand(value >= least && value <= most, `${rule} ${name} ${value} is not in ${least}..${most}`);
    return value;
}

class Reader {
    constructor(bytes, at) {
        this.bytes = bytes;
        this.at = at;
    }

    get left() {
        return this.bytes.length - this.at;
    }

    take(length, name) {
        demand(length <= this.left, `R2 truncated in ${name}`);
        this.at += length;
        return this.bytes.subarray(this.at - length, this.at);
    }

    varint(name) {
        let value = 0;
        for (let count = 0, scale = 1; ; count += 1, scale *= 128) {
            demand(count < 8, `R3 ${name} is longer than 8 bytes`);
            const [byte] = this.take(1, name);
            value += (byte % 128) * scale;
            if (byte < 128) {
                demand(byte > 0 || count === 0, `R3 ${name} is not of minimal length`);
                demand(value <= MOST_VARINT, `R3 ${name} is not below 2^53`);
                return value;
            }
        }
    }

    // A field or the value of a tlv.
    field(name, kind, frameType) {
        switch (kind) {
        case 'rest': case 'bytes': return this.take(this.left, name);
        case 'id': return this.take(16, name);
        case 'u8': return bounded(name, this.take(1, name)[0]);
        case 'tlvs': return readTlvs(this, frameType);
        case 'block': {
            const block = this.take(this.varint('len'), name);
            return readTlvs(new Reader(block, 0), frameType);
        }
        case 'check':
            demand(this.left === 4, 'R17 check has not 4 bytes');
            return this.take(4, name).readUInt32BE(0);
        case 'text':
            demand(this.left <= MOST_TEXT_BYTES, `R10 text has ${this.left} bytes`);
            return this.take(this.left, name).toString('utf8');
        case 'url':
            demand(isUtf8(this.bytes.subarray(this.at)), 'R10 url is not UTF-8');
            return this.take(this.left, name).toString('utf8');
        default: return bounded(name, this.varint(name));
        }
    }
}

function readTlvs(reader, frameType) {
    const values = {};
    const seen = new Set();
    while (reader.left > 0) {
        const type = reader.varint('tlv type');
        const value = new Reader(reader.take(reader.varint('tlv length'), `tlv ${type}`), 0);
        demand(!seen.has(type), `R4 tlv ${type} stands twice`);
        seen.add(type);
        const kind = TLVS[frameType][type];
        if (kind !== undefined) {
            values[type] = value.field(kind, kind, frameType);
            demand(value.left === 0, `R2 bytes after the value of tlv ${type}`);
        } else if (type % 2 === 0) {
            demand(frameType === 'HELLO', `R4 unknown tlv ${type}`);
            values.unknown = type; // the server answers this by REJECT 7
        }
    }
    return values;
}

function fieldsOf(row, flags) {
    return row.fields.map((field) => field.split(/([?!])/)).filter(([, condition, flag]) =>
        condition === undefined || (condition === '?') === Boolean(flags & FLAGS[flag]))
        .map(([name]) => name);
}

function decode(bytes) {
    demand(bytes.length > 0, 'R2 empty message');
    const type = NAMES[(bytes[0] >> 4) - 1];
    demand(type !== undefined, `R2 unknown frame type ${bytes[0] >> 4}`);
    const row = FRAMES[type];
    demand(!row.control || bytes.length <= MOST_CONTROL_BYTES,
        `R10 ${type} has ${bytes.length} bytes`);
    const frame = { type, flags: bytes[0] & row.known };
    const reader = new Reader(bytes, 1);
    for (const name of fieldsOf(row, frame.flags)) {
        frame[name] = reader.field(name, KINDS[name], type);
    }
    demand(reader.left === 0, `R2 bytes after ${type}`);
    demand(type !== 'WELCOME' || frame.born > 0, 'R14 born 0');
    demand(type !== 'GOAWAY' || frame.retry_min_ms <= frame.retry_max_ms,
        'R10 retry_min_ms above retry_max_ms');
    return frame;
}

function varint(value) {
    const bytes = [];
    for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
    return Buffer.from([...bytes, value]);
}

function encodeTlvs(values, frameType) {
    return Buffer.concat(Object.entries(values).map(([type, value]) => {
        const bytes = encodeField(value, TLVS[frameType][type], frameType);
        return Buffer.concat([varint(Number(type)), varint(bytes.length), bytes]);
    }));
}

function encodeField(value, kind, frameType) {
    if (kind === 'u8') return Buffer.from([value]);
    if (kind === 'tlvs') return encodeTlvs(value, frameType);
    if (kind === 'block') {
        const block = encodeTlvs(value, frameType);
        return Buffer.concat([varint(block.length), block]);
    }
    if (kind === 'check') {
        const bytes = Buffer.alloc(4);
        bytes.writeUInt32BE(value, 0);
        return bytes;
    }
    return typeof value === 'number' ? varint(value) : Buffer.from(value);
}

function encode(frame) {
    const row = FRAMES[frame.type];
    const flags = frame.flags || 0;
    const parts = fieldsOf(row, flags).map((name) =>
        encodeField(frame[name], KINDS[name], frame.type));
    return Buffer.concat([Buffer.from([row.number * 16 + flags]), ...parts]);
}

module.exports = { FLAGS, ProtocolError, demand, decode, encode, crc32, cost, isUtf8 };
