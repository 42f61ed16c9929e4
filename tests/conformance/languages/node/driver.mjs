// The driver of Node, over examples/dlopen/node: what ../README.md asks of a driver.

import { createInterface } from 'node:readline';

import { Library, ResockError } from '../../../../examples/dlopen/node/resock.mjs';
import { line } from './canon.mjs';
import { Told } from './told.mjs';

const LEVELS = { stored: 1, written: 2, received: 3, processed: 4 };

function split(words) {
    const at = words.indexOf(' ');
    return at < 0 ? [words, ''] : [words.slice(0, at), words.slice(at + 1)];
}

/** A string of a text, bytes of anything else. */
function payloadOf(words) {
    const [kind, rest] = split(words);
    const [count, what] = kind.endsWith('-of') ? split(rest) : ['1', rest];
    if (kind.startsWith('text')) return what.repeat(Number(count));
    const part = Buffer.from(what, 'hex');
    return Buffer.alloc(part.length * Number(count), part);
}

function sendingOf(flags) {
    const how = {};
    for (const each of flags.split(',')) {
        const [name, value] = each.split('=');
        if (name === 'ttl') how.ttlMs = Number(value);
        if (name === 'unkept' || name === 'flush') how[name] = true;
    }
    return how;
}

/** One link at a time. */
class Driver {
    #library = new Library();
    #options = {};
    #hub = null;
    #link;
    #told;
    #reading;

    #takeOptions() {
        const given = this.#options;
        this.#options = {};
        return given;
    }

    #open() {
        const { url, ...options } = this.#takeOptions();
        this.#hub = this.#library.hub();
        this.#told = new Told();
        this.#link = this.#hub.open(url, options);
        this.#reading = this.#told.read(this.#hub);
    }

    #credentials(request) {
        const given = this.#takeOptions();
        this.#link.credentials(request, Object.keys(given).length > 0 ? given : null);
    }

    async #rest() {
        const lines = [];
        for (const next of ['nextEvent', 'nextMessage']) {
            let found;
            while ((found = await this.#told[next]()) !== undefined) lines.push(found);
        }
        return lines.join('\n');
    }

    async #flush(level) {
        await this.#link.flush(LEVELS[level]);
        return `FLUSHED ${level}`;
    }

    async free() {
        this.#options = {};
        if (this.#hub === null) return;
        this.#link?.free();
        this.#hub.free();
        this.#hub = this.#link = null;
        await this.#reading;
    }

    async #writable() {
        await this.#told.waitUntilWritable();
        return 'WRITABLE';
    }

    #send(how, rest) {
        return `SENT ${this.#link.send(payloadOf(rest), sendingOf(how))}`;
    }

    /** The lines that answer a command. */
    obey(command, words) {
        const [first, rest] = split(words);
        switch (command) {
        case 'option': this.#options[first] = rest; return '';
        case 'open': return this.#open();
        case 'send': return this.#send(first, rest);
        case 'event': return this.#told.nextEvent();
        case 'message': return this.#told.nextMessage();
        case 'outcome': return this.#told.outcome(Number(first), LEVELS[rest]);
        case 'writable': return this.#writable();
        case 'confirm': return this.#link.confirm(Number(first), rest === 'through');
        case 'flush': return this.#flush(words);
        case 'credentials': return this.#credentials(this.#told.request);
        case 'credentials-unasked': return this.#credentials(0);
        case 'greeting': return this.#link.setGreeting(first, payloadOf(rest));
        case 'greeting-remove': return this.#link.removeGreeting(words);
        case 'ready': return this.#link.ready();
        case 'retry-now': return this.#link.retryNow();
        case 'set': return this.#link.set(first, rest);
        case 'state': return line('STATE', { state: this.#link.state });
        case 'close': return this.#link.close(Number(first), rest);
        case 'rest': return this.#rest();
        case 'free': return this.free();
        default: throw new Error(`unknown command ${command}`);
        }
    }
}

const driver = new Driver();
for await (const command of createInterface({ input: process.stdin })) {
    let answer;
    try {
        answer = await driver.obey(...split(command));
    } catch (error) {
        if (!(error instanceof ResockError)) throw error;
        answer = `ERROR ${error.status}`;
    }
    process.stdout.write(answer ? `${answer}\n.\n` : '.\n');
}
await driver.free();
