// The jobs of the link benchmark with Node's ws: see ../README.md.
'use strict';

const fs = require('fs');
const { performance } = require('perf_hooks');
const { parse } = require('./options.js');
const { WebSocket } = require('ws');

const IDLE_TIMEOUT_MS = 60000;
const CLOSE_TIMEOUT_MS = 5000;
const OPENINGS = 64;

const tell = (what) => fs.writeSync(1, JSON.stringify(what) + '\n');

function cpuSeconds() {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
}

function open(options) {
    const socket = new WebSocket(options.url, {
        perMessageDeflate: false,
        ca: options.ca && fs.readFileSync(options.ca),
    });
    return new Promise((resolve, reject) => {
        socket.once('open', () => resolve(socket));
        socket.once('error', reject);
    });
}

function newMessage(size) {
    return Buffer.alloc(size, 'x');
}

function setNumber(message, number) {
    message.writeUInt32LE(number % 2 ** 32, 0);
    message.writeUInt32LE(Math.floor(number / 2 ** 32), 4);
}

/** Checks what comes back: its size, and its number in order. */
class Echoes {
    constructor({ size, warmUp, messages }) {
        Object.assign(this, { size, next: 0, distinct: 0, twice: 0, outOfOrder: 0, wrong: 0 });
        this.total = warmUp + messages;
        this.missing = new Set();
    }

    check(data) {
        const number = data.length === this.size
            ? data.readUInt32LE(0) + data.readUInt32LE(4) * 2 ** 32 : this.total;
        if (number >= this.total) {
            this.wrong++;
        } else if (number >= this.next) {
            for (; this.next < number; this.next++) this.missing.add(this.next);
            this.next = number + 1;
            this.distinct++;
        } else if (this.missing.delete(number)) {
            this.outOfOrder++;
            this.distinct++;
        } else {
            this.twice++;
        }
    }
}

async function throughput(options) {
    const socket = await open(options);
    const total = options.warmUp + options.messages;
    const message = newMessage(options.size);
    const echoes = new Echoes(options);
    let sent = 0;
    let received = 0;
    let began = performance.now();
    let cpuBegan = cpuSeconds();
    const pump = () => {
        while (sent < total && sent - received < options.inFlight) {
            setNumber(message, sent++);
            socket.send(message);
        }
    };
    await new Promise((resolve) => {
        let seen = 0;
        const watch = setInterval(() => {
            if (received === seen) resolve();
            seen = received;
        }, options.patience * 1000);
        watch.unref();
        socket.once('error', resolve);
        socket.once('close', resolve);
        socket.on('message', (data) => {
            echoes.check(data);
            if (++received === options.warmUp) {
                began = performance.now();
                cpuBegan = cpuSeconds();
            }
            pump();
            if (echoes.distinct === total) resolve();
        });
        pump();
    });
    tell({
        messages: options.messages, seconds: (performance.now() - began) / 1000,
        cpu_seconds: cpuSeconds() - cpuBegan, lost: total - echoes.distinct,
        twice: echoes.twice, out_of_order: echoes.outOfOrder, wrong: echoes.wrong,
    });
    socket.terminate();
}

async function pingPong(options) {
    const socket = await open(options);
    const total = options.warmUp + options.messages;
    const message = newMessage(options.size);
    const echoes = new Echoes(options);
    const times = [];
    await new Promise((resolve) => {
        let began;
        const next = () => {
            began = performance.now();
            setNumber(message, times.length);
            socket.send(message);
        };
        socket.once('error', resolve);
        socket.once('close', resolve);
        socket.on('message', (data) => {
            times.push((performance.now() - began) * 1000);
            echoes.check(data);
            if (times.length === total) resolve();
            else next();
        });
        next();
    });
    tell(percentiles(times.slice(options.warmUp), options.messages, total - echoes.distinct));
    socket.terminate();
}

function percentiles(times, messages, lost) {
    if (times.length === 0) return { messages, lost };
    times.sort((a, b) => a - b);
    const at = (part) => times[Math.floor(part * (times.length - 1))];
    return {
        messages, lost, p50_us: at(0.5), p90_us: at(0.9), p99_us: at(0.99),
        max_us: times[times.length - 1], mean_us: times.reduce((a, b) => a + b) / times.length,
    };
}

async function idle(options) {
    const links = [];
    let failed = 0;
    while (links.length + failed < options.links) {
        const turn = Math.min(OPENINGS, options.links - links.length - failed);
        const opened = await Promise.allSettled(Array.from({ length: turn }, () => open(options)));
        for (const { value } of opened) {
            if (value) links.push(value);
            else failed++;
        }
    }
    tell({ links: options.links, failed });
    process.stdin.resume();
    await new Promise((resolve) => process.stdin.once('end', resolve));
    links.forEach((socket) => socket.terminate());
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Connects as long as it takes, at most IDLE_TIMEOUT_MS. */
async function reconnect(options) {
    const deadline = performance.now() + IDLE_TIMEOUT_MS;
    for (;;) {
        try {
            const socket = await open(options);
            socket.on('error', () => {});
            return socket;
        } catch (error) {
            if (performance.now() > deadline) throw error;
            await sleep(1);
        }
    }
}

async function loss(options) {
    const message = newMessage(options.size);
    let socket = await reconnect(options);
    let reconnects = 0;
    let began = performance.now();
    for (let number = 0; number < options.messages;) {
        if (socket.readyState !== WebSocket.OPEN) {
            const down = performance.now();
            socket = await reconnect(options);
            reconnects++;
            began += performance.now() - down;
        }
        const due = Math.floor((performance.now() - began) * options.rate / 1000) + 1;
        while (number < Math.min(due, options.messages)) {
            setNumber(message, number++);
            socket.send(message, () => {});
        }
        await sleep(1);
    }
    socket.close(1000);
    await Promise.race([new Promise((resolve) => socket.once('close', resolve)),
        sleep(CLOSE_TIMEOUT_MS)]);
    tell({ sent: options.messages, reconnects });
}

const JOBS = { throughput, pingpong: pingPong, idle, loss };

function fail(error, code) {
    process.stderr.write(`${error.message}\n`);
    process.exit(code);
}

try {
    const options = parse(process.argv.slice(2), Object.keys(JOBS));
    JOBS[options.job](options).then(() => process.exit(0), (error) => fail(error, 1));
} catch (error) {
    fail(error, 2);
}
