// A client made with Node's `ws`: see ../README.md.
'use strict';

const crypto = require('crypto');
const fs = require('fs');
const WebSocket = require('ws');

const UNICODE = 'aä€漢😀\u{10ffff}';
const SIZES = [0, 125, 126, 65535, 65536, 1048576];
const PIPELINED = 2000;
const PIECE_BYTES = { text: 7, binary: 300 }; // seven bytes cut code points apart

function tell(check, facts) {
    fs.writeSync(1, JSON.stringify({ check, ...facts }) + '\n');
}

function sha256(data) {
    return crypto.createHash('sha256').update(data).digest('hex');
}

function binary(size) {
    return Buffer.from(Uint8Array.from({ length: size }, (_, i) => (31 * i + size) % 256));
}

// What arrives, in order, for whoever asks: `next()` waits for the next entry.
class Arrivals {
    constructor() {
        this.kept = [];
        this.asked = [];
    }

    push(entry) {
        const ask = this.asked.shift();
        if (ask) ask(entry);
        else this.kept.push(entry);
    }

    next() {
        if (this.kept.length) return Promise.resolve(this.kept.shift());
        return new Promise((resolve) => this.asked.push(resolve));
    }
}

class Connection {
    constructor(url, ca) {
        this.messages = new Arrivals();
        this.pongs = new Arrivals();
        this.socket = new WebSocket(url, ['other.v9', 'chat.v1'], {
            headers: { 'X-Peer': 'resock-test' },
            ca: ca && fs.readFileSync(ca),
        });
        this.closed = new Promise((resolve) => {
            this.socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
        });
        this.socket.on('pong', (payload) => this.pongs.push(payload.toString('hex')));
        this.socket.on('message', (data, isBinary) =>
            this.messages.push({ kind: isBinary ? 'binary' : 'text', data }));
    }

    opened() {
        return new Promise((resolve, reject) => {
            this.socket.on('open', resolve);
            this.socket.on('error', reject);
            this.socket.on('close', (code) => reject(new Error(`closed with ${code}`)));
        });
    }
}

async function tellMessage(check, connection, facts) {
    const { kind, data } = await connection.messages.next();
    tell(check, { kind, bytes: data.length, sha256: sha256(data), ...facts });
}

async function echo(connection) {
    for (const text of [UNICODE, '', 'x'.repeat(125)]) {
        connection.socket.send(text);
        await tellMessage('echo', connection);
    }
    for (const size of SIZES) {
        connection.socket.send(binary(size));
        await tellMessage('echo', connection);
    }
}

async function fragments(connection, kind, data) {
    const step = PIECE_BYTES[kind];
    for (let at = 0; at < data.length; at += step) {
        connection.socket.send(data.subarray(at, at + step),
            { binary: kind === 'binary', fin: at + step >= data.length });
        if (at === 0) connection.socket.ping('mid');
    }
    await tellMessage('fragments', connection, { pong: await connection.pongs.next() });
}

async function ping(connection, payload) {
    connection.socket.ping(payload);
    tell('ping', { payload: await connection.pongs.next() });
}

async function pipelined(connection) {
    for (let number = 0; number < PIPELINED; number++) connection.socket.send(`message ${number}`);
    let answers = '';
    for (let number = 0; number < PIPELINED; number++) {
        answers += (await connection.messages.next()).data.toString() + '\n';
    }
    tell('pipelined', { messages: PIPELINED, sha256: sha256(answers) });
}

async function main(url, ca) {
    const first = new Connection(url, ca);
    await first.opened();
    tell('open', { subprotocol: first.socket.protocol, extensions: first.socket.extensions });
    // From here on an early end would leave a promise open for ever.
    let expected = false;
    first.closed.then(({ code }) => expected || fail(new Error(`closed with ${code}`)));
    await echo(first);
    await fragments(first, 'text', Buffer.from(UNICODE.repeat(3)));
    await fragments(first, 'binary', binary(1000));
    await ping(first, 'are you there');
    await ping(first, 'p'.repeat(125));
    await pipelined(first);
    expected = true;
    first.socket.close(4000, 'enough 😀');
    tell('close', await first.closed);
    const second = new Connection(url, ca);
    await second.opened();
    tell('waiting');
    tell('server_close', await second.closed);
}

function fail(error) {
    tell('error', { what: String(error) });
    process.exit(1);
}

const [url, , ca] = process.argv.slice(2);
main(url, ca).catch(fail);
