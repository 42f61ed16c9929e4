// throughput.mjs URL MESSAGES [NAME=VALUE...]: as ../c/throughput.c, through koffi.

import { Kind, Library, ResockError } from '../../../examples/dlopen/node/resock.mjs';

const SIZE = 64, IN_FLIGHT = 1000;

/** Where the run stands: messages are numbered, and all that is wanted is the next one. */
class Flow {
    accepted = 0;
    arrived = 0;
    wrong = 0;
    begun = performance.now();
    messages = Array.from({ length: IN_FLIGHT }, () => Buffer.alloc(SIZE));

    constructor(count) {
        this.count = count;
        this.warmUp = Math.floor(count / 4);
        this.total = this.warmUp + count;
    }

    send(link) {
        const until = Math.min(this.total, this.arrived + IN_FLIGHT);
        const batch = this.messages.slice(0, until - this.accepted);
        batch.forEach((message, index) => message.writeDoubleLE(this.accepted + index));
        if (batch.length > 0) this.accepted += link.sendAll(batch);
    }

    take(event) {
        if (event.kind === Kind.CLOSED) throw new ResockError(event.text);
        if (event.kind !== Kind.MESSAGE) return;
        const echo = event.data;
        if (echo.length !== SIZE || echo.readDoubleLE() !== this.arrived) this.wrong += 1;
        this.arrived += 1;
        if (this.arrived === this.warmUp) this.begun = performance.now();
    }

    report() {
        const seconds = (performance.now() - this.begun) / 1000;
        return { messages: this.count, seconds, messages_per_s: Math.round(this.count / seconds),
            wrong: this.wrong };
    }
}

async function run(url, count, options) {
    const hub = new Library().hub();
    try {
        const link = hub.open(url, options);
        const flow = new Flow(count);
        flow.send(link);
        for await (const events of hub.batches()) {
            for (const event of events) flow.take(event);
            if (flow.arrived === flow.total) break;
            flow.send(link);
        }
        console.log(JSON.stringify(flow.report()));
    } finally {
        hub.free();
    }
}

const [url, count, ...settings] = process.argv.slice(2);
if (!(Number(count) >= 1) || !settings.every(each => each.includes('='))) {
    console.error('usage: throughput.mjs URL MESSAGES [NAME=VALUE...]');
    process.exit(2);
}
try {
    await run(url, Number(count), Object.fromEntries(settings.map(each => each.split('='))));
} catch (error) {
    if (!(error instanceof ResockError)) throw error;
    console.error(`throughput: ${error.message}`);
    process.exitCode = 1;
}
