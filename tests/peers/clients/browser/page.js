// The checks of ../README.md in a browser: each is a row of the table and a line on the console.
'use strict';

const UNICODE = 'aä€漢😀\u{10ffff}';
const SIZES = [0, 125, 126, 65535, 65536, 1048576];
const PIPELINED = 2000;

const element = (id) => document.getElementById(id);

function show(check, facts) {
    const row = element('seen').insertRow();
    if (check === 'waiting') facts = { for: 'the server to end' };
    if (facts.cannot) row.className = 'cannot';
    if (check === 'error') row.className = 'error';
    row.insertCell().textContent = check;
    row.insertCell().textContent = Object.entries(facts)
        .map(([name, value]) => `${name}: ${name === 'sha256' ? value.slice(0, 16) + '…'
            : value === '' ? 'none' : value}`).join(' · ');
}

function tell(check, facts = {}) {
    show(check, facts);
    console.log(JSON.stringify({ check, ...facts }));
}

function setState(text, name) {
    element('state').textContent = text;
    element('state').className = name;
}

// `crypto.subtle` is there only in a secure context, which a page from a file is.
async function sha256(data) {
    const digest = await crypto.subtle.digest('SHA-256', data);
    const hex = (byte) => byte.toString(16).padStart(2, '0');
    return Array.from(new Uint8Array(digest), hex).join('');
}

const encode = (text) => new TextEncoder().encode(text);

function binary(size) {
    return Uint8Array.from({ length: size }, (_, i) => (31 * i + size) % 256);
}

// A socket whose messages wait until they are asked for; `closed` settles with its end.
class Connection {
    constructor(url) {
        this.kept = [];
        this.asked = [];
        this.socket = new WebSocket(url, ['other.v9', 'chat.v1']);
        this.socket.binaryType = 'arraybuffer';
        this.opened = new Promise((resolve) => { this.socket.onopen = resolve; });
        this.closed = new Promise((resolve) => {
            this.socket.onclose = ({ code, reason }) => resolve({ code, reason });
        });
        this.socket.onmessage = ({ data }) => {
            if (this.asked.length) this.asked.shift()(data);
            else this.kept.push(data);
        };
    }

    async untilOpen() {
        await this.orEnd(this.opened);
        return this;
    }

    receive() {
        if (this.kept.length) return this.kept.shift();
        return this.orEnd(new Promise((resolve) => this.asked.push(resolve)));
    }

    orEnd(promise) {
        return Promise.race([promise, this.closed.then(({ code }) => {
            throw new Error(`closed with ${code}`);
        })]);
    }
}

async function echo(connection, message) {
    connection.socket.send(message);
    const answer = await connection.receive();
    const isText = typeof answer === 'string';
    const data = isText ? encode(answer) : new Uint8Array(answer);
    tell('echo', {
        kind: isText ? 'text' : 'binary', bytes: data.length, sha256: await sha256(data),
    });
}

async function pipelined(connection) {
    for (let number = 0; number < PIPELINED; number++) connection.socket.send(`message ${number}`);
    let answers = '';
    for (let number = 0; number < PIPELINED; number++) answers += await connection.receive() + '\n';
    tell('pipelined', { messages: PIPELINED, sha256: await sha256(encode(answers)) });
}

async function main(url) {
    element('url').textContent = url;
    const first = await new Connection(url).untilOpen();
    tell('open', { subprotocol: first.socket.protocol, extensions: first.socket.extensions });
    for (const text of [UNICODE, '', 'x'.repeat(125)]) await echo(first, text);
    for (const size of SIZES) await echo(first, binary(size));
    tell('fragments', { cannot: 'a browser decides about frames itself' });
    tell('ping', { cannot: 'a page cannot send pings' });
    await pipelined(first);
    first.socket.close(4000, 'enough 😀');
    tell('close', await first.closed);
    const second = await new Connection(url).untilOpen();
    tell('waiting');
    setState('waiting for the server to end', '');
    tell('server_close', await second.closed);
    setState('done', 'done');
}

main(new URLSearchParams(location.search).get('url')).catch((error) => {
    tell('error', { what: String(error) });
    setState('failed', 'failed');
});
