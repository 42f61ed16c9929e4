'use strict';
// Hex of a frame a line on standard input; a line of JSON for each on standard output: its fields,
// and under `again` the hex of the frame encoded from them; or `refused`, the rule that it breaks.

const readline = require('readline');
const { decode, encode, crc32, cost, ProtocolError } = require('./frames');

function shown(value) {
    if (Buffer.isBuffer(value)) return value.toString('hex');
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shown(inner)]));
}

function answer(bytes) {
    try {
        const frame = decode(bytes);
        const known = { ...frame };
        if (frame.tlvs !== undefined && frame.tlvs.unknown !== undefined) {
            known.tlvs = { ...frame.tlvs };
            delete known.tlvs.unknown;
        }
        return { ...shown(frame), cost: cost(bytes), check: crc32(bytes),
            again: encode(known).toString('hex') };
    } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        return { refused: error.message.split(' ')[0] };
    }
}

readline.createInterface({ input: process.stdin }).on('line', (line) =>
    process.stdout.write(`${JSON.stringify(answer(Buffer.from(line, 'hex')))}\n`));
