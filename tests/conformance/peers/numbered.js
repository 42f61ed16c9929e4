'use strict';
// Numbered payloads, and the check that what arrives is 1..k: see README.md for their form.

const FILLER = '€';
const MOST_GAP = 1000000; // of numbers that are remembered as missing, a bound of memory

let pattern = Buffer.alloc(0);

// `length` bytes of which byte i is (number + i) mod 256.
function patternOf(number, length) {
    if (pattern.length < length + 256) {
        pattern = Buffer.from(Uint8Array.from({ length: length + 256 }, (_, i) => i % 256));
    }
    return pattern.subarray(number % 256, (number % 256) + length);
}

// `bytes` undefined: the number alone, as a text.
function payloadOf(number, { bytes, text }) {
    if (bytes === undefined) return Buffer.from(String(number));
    if (text) {
        const head = `${number} `;
        const fillers = Math.floor((bytes - head.length) / 3);
        return Buffer.from(head + FILLER.repeat(Math.max(0, fillers)));
    }
    const payload = Buffer.alloc(8);
    payload.writeBigUInt64BE(BigInt(number));
    return Buffer.concat([payload, patternOf(number, bytes - 8)]);
}

// Its number, or undefined where it is not as payloadOf() makes it.
function numberOf(payload, text) {
    if (text) {
        const match = /^(\d+)(?: €*)?$/.exec(payload.toString('utf8'));
        return match ? Number(match[1]) : undefined;
    }
    if (payload.length < 8) return undefined;
    const number = Number(payload.readBigUInt64BE());
    const rest = payload.subarray(8);
    return rest.equals(patternOf(number, rest.length)) ? number : undefined;
}

class Count {
    constructor() {
        this.received = 0;
        this.highest = 0;
        this.missing = new Set();
        this.twice = 0;
        this.outOfOrder = 0;
        this.damaged = 0;
    }

    take(payload, text) {
        this.received += 1;
        const number = numberOf(payload, text);
        if (number === undefined || number < 1 || number > this.highest + MOST_GAP) {
            this.damaged += 1;
        } else if (number > this.highest) {
            for (let gap = this.highest + 1; gap < number; gap += 1) this.missing.add(gap);
            this.highest = number;
        } else if (this.missing.delete(number)) {
            this.outOfOrder += 1;
        } else {
            this.twice += 1;
        }
    }

    // `expected`: how many there should be; undefined: as many as the highest says.
    report(expected = this.highest) {
        return { received: this.received,
            lost: this.missing.size + Math.max(0, expected - this.highest),
            twice: this.twice, out_of_order: this.outOfOrder, damaged: this.damaged };
    }
}

module.exports = { payloadOf, Count };
