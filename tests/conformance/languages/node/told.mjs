// What a link has told, sorted into what the commands ask for.

import { Kind } from '../../../../examples/dlopen/node/resock.mjs';
import { eventLine, line } from './canon.mjs';

const PRINTED = new Set([Kind.OPEN, Kind.DOWN, Kind.CREDENTIALS, Kind.LOST, Kind.CLOSED]);

export class Told {
    request = 0;
    #events = [];
    #messages = [];
    #through = [0, 0, 0, 0, 0];
    #failures = [];
    #writable = false;
    #closed = false;
    #changed = () => {};

    /** Reads until the hub is freed. */
    async read(hub) {
        for await (const events of hub.batches()) {
            events.forEach(event => this.#sort(event));
            this.#changed();
        }
    }

    #sort(event) {
        if (event.kind === Kind.MESSAGE) this.#messages.push(eventLine(event));
        if (event.kind === Kind.CONFIRMED) this.#through[event.level] = event.id;
        if (event.kind === Kind.FAILED) {
            this.#failures.push({ first: event.id, last: event.lastId, reason: event.reason });
        }
        if (event.kind === Kind.WRITABLE) this.#writable = true;
        if (event.kind === Kind.CREDENTIALS) this.request = event.id;
        if (event.kind === Kind.CLOSED) this.#closed = true;
        if (PRINTED.has(event.kind)) this.#events.push(eventLine(event));
    }

    /** What `look` finds, once it finds something; undefined: CLOSED has come, and it has not. */
    async #until(look) {
        for (;;) {
            const found = look();
            if (found !== undefined || this.#closed) return found;
            await new Promise(resolve => { this.#changed = resolve; });
        }
    }

    nextEvent() { return this.#until(() => this.#events.shift()); }
    nextMessage() { return this.#until(() => this.#messages.shift()); }

    async waitUntilWritable() {
        const found = await this.#until(() => this.#writable || undefined);
        if (!found) throw new Error('CLOSED before WRITABLE');
        this.#writable = false;
    }

    async outcome(id, level) {
        const found = await this.#until(() => {
            const failed = this.#failures.find(each => each.first <= id && id <= each.last);
            if (failed) return line(`OUTCOME ${id} failed`, { reason: failed.reason });
            const reached = this.#through.slice(level).some(through => through >= id);
            return reached ? line(`OUTCOME ${id}`, { level }) : undefined;
        });
        if (found === undefined) throw new Error('CLOSED, and nothing was told of the message');
        return found;
    }
}
