// libresock through koffi: loaded at run time, nothing to compile. These are the calls of
// a client's link, and the packed ones, which handle many messages with one call.
//
// Nothing here blocks the event loop: waiting is done by a thread of koffi's, taking by this one.

import { setImmediate as turn } from 'node:timers/promises';

import koffi from 'koffi';

import { bytesOf, flagsOf, packed, unpacked } from './packed.mjs';

export { Kind } from './packed.mjs';

const ABI_VERSION = 1;
const QUEUE_FULL = -6, TOO_SMALL = -8;
const SCOPE_HUB = 1, SCOPE_LINK = 2;
const UNKEPT = 2, FLUSH = 4;
const TIMEOUT = -9, FOREVER = 0xffffffff;
const WAIT_MS = 1000;

const FUNCTIONS = {
    lastError: 'const char *resock_last_error()',
    optionsCreate: 'int32_t resock_options_create(uint32_t scope, _Out_ void **options)',
    optionsSet: 'int32_t resock_options_set(void *options, const char *name, const char *value,' +
        ' void *error)',
    optionsFree: 'void resock_options_free(void *options)',
    hubCreate: 'int32_t resock_hub_create(void *options, _Out_ void **hub, void *error)',
    hubPollPacked: 'int32_t resock_hub_poll_packed(void *hub, uint32_t timeout_ms, size_t capacity,' +
        ' void *buffer, _Out_ size_t *bytes)',
    hubFree: 'void resock_hub_free(void *hub)',
    linkOpen: 'int32_t resock_link_open(void *hub, void *options, uint64_t user, _Out_ void **link,' +
        ' void *error)',
    linkSend: 'int32_t resock_link_send(void *link, void *data, size_t size, uint32_t flags,' +
        ' uint32_t ttl_ms, _Out_ uint64_t *id)',
    linkSendPacked: 'int32_t resock_link_send_packed(void *link, void *data, size_t size,' +
        ' size_t capacity, void *ids, _Out_ size_t *count)',
    linkClose: 'int32_t resock_link_close(void *link, uint32_t code, void *reason, size_t size)',
    linkFree: 'void resock_link_free(void *link)',
    linkConfirm: 'int32_t resock_link_confirm(void *link, uint64_t id, int32_t through)',
    linkFlush: 'int32_t resock_link_flush(void *link, uint32_t level, uint32_t timeout_ms)',
    linkSet: 'int32_t resock_link_set(void *link, const char *name, const char *value, void *error)',
    linkRetryNow: 'int32_t resock_link_retry_now(void *link)',
    linkReady: 'int32_t resock_link_ready(void *link)',
    linkState: 'int32_t resock_link_state(void *link, _Out_ uint32_t *state)',
    linkGreetingSet: 'int32_t resock_link_greeting_set(void *link, void *key, size_t key_size,' +
        ' void *data, size_t size, uint32_t flags)',
    linkGreetingRemove: 'int32_t resock_link_greeting_remove(void *link, void *key, size_t size)',
    linkCredentials: 'int32_t resock_link_credentials(void *link, uint64_t request, void *options)',
};

/** What the library refused: `status`, and its sentence. 0: the library could not be loaded. */
export class ResockError extends Error {
    constructor(text, status = 0) {
        super(text);
        this.name = 'ResockError';
        this.status = status;
    }
}

function find(library, path, prototype) {
    try {
        return library.func(prototype);
    } catch {
        const name = /resock_\w+/.exec(prototype)[0];
        throw new ResockError(`${path} is not resock of ABI ${ABI_VERSION}: it has no ${name}`);
    }
}

/** The library at `path`; without one that of $RESOCK_LIBRARY, else libresock.so.0. */
export class Library {
    constructor(path) {
        path = path || process.env.RESOCK_LIBRARY || 'libresock.so.0';
        let library;
        try {
            library = koffi.load(path);
        } catch (error) {
            throw new ResockError(`cannot load resock: ${path}: ${error.message}; install ` +
                'libresock0, or let RESOCK_LIBRARY name the file libresock.so.0');
        }
        const abi = find(library, path, 'uint32_t resock_abi_version()')();
        if (abi !== ABI_VERSION) {
            throw new ResockError(`${path} has ABI ${abi} of resock and this program needs ABI ` +
                `${ABI_VERSION}: install the resock that it was written for`);
        }
        this.calls = {};
        for (const [name, prototype] of Object.entries(FUNCTIONS)) {
            this.calls[name] = find(library, path, prototype);
        }
    }

    /** I/O threads and what they have to tell. */
    hub(options = {}) {
        return new Hub(this, options);
    }

    /** The text is that of the thread, so only for calls that were made on this one. */
    check(status) {
        if (status !== 0) throw new ResockError(this.calls.lastError(), status);
    }

    /** What `use` makes of a set of options, a handle. */
    withOptions(scope, values, use) {
        const set = [null], made = [null];
        this.check(this.calls.optionsCreate(scope, set));
        try {
            for (const [name, value] of Object.entries(values)) {
                this.check(this.calls.optionsSet(set[0], name, String(value), null));
            }
            this.check(use(set[0], made));
            return made[0];
        } finally {
            this.calls.optionsFree(set[0]);
        }
    }
}

// process.exit() waits for threads that wait: freeing a hub ends its wait.
const living = new Set();
process.once('exit', () => living.forEach(hub => hub.free()));

class Hub {
    #library;
    #handle;
    #buffer = new Uint8Array(65536);

    constructor(library, options) {
        this.#library = library;
        this.#handle = library.withOptions(SCOPE_HUB, options,
            (set, made) => library.calls.hubCreate(set, made, null));
        living.add(this);
    }

    /** A link, which starts to connect at once; `user` stands in all of its events. */
    open(url, options = {}, user = 0) {
        const { calls } = this.#library;
        const handle = this.#library.withOptions(SCOPE_LINK, { url, ...options },
            (set, made) => calls.linkOpen(this.#handle, set, user, made, null));
        return new Link(this.#library, handle);
    }

    /** The events that are there, an array; waits for nothing. */
    take() {
        const bytes = [0];
        const poll = () => this.#library.calls.hubPollPacked(
            this.#handle, 0, this.#buffer.length, this.#buffer, bytes);
        let status = poll();
        while (status === TOO_SMALL) { // for the next record; nothing was lost
            this.#buffer = new Uint8Array(Number(bytes[0]));
            status = poll();
        }
        this.#library.check(status);
        return unpacked(this.#buffer.buffer, Number(bytes[0]));
    }

    /** Settles once there are events, or after `timeoutMs`; one wait at a time. Without room for an
     *  event the library only says that there is one, and what is wrong take() says. */
    wait(timeoutMs = WAIT_MS) {
        return new Promise((resolve, reject) => {
            this.#library.calls.hubPollPacked.async(this.#handle, timeoutMs, 0, null, [0],
                error => error ? reject(error) : resolve());
        });
    }

    /** All events, in arrays of those that came together, until the hub is freed. */
    async *batches() {
        while (this.#handle !== null) {
            const events = this.take();
            if (events.length > 0) {
                yield events;
                await turn(); // others have something to do, too
            } else {
                await this.wait();
            }
        }
    }

    /** All events, one by one. */
    async *[Symbol.asyncIterator]() {
        for await (const events of this.batches()) yield* events;
    }

    /** Aborts its links. */
    free() {
        this.#library.calls.hubFree(this.#handle);
        this.#handle = null;
        living.delete(this);
    }
}

/** One connection that outlives its sockets. */
class Link {
    #library;
    #handle;

    constructor(library, handle) {
        this.#library = library;
        this.#handle = handle;
    }

    #call(name, ...values) {
        this.#library.check(this.#library.calls[name](this.#handle, ...values));
    }

    /** A string goes as text, bytes as binary; the id of the message. Waits for nothing.
     *  unkept: it is sent once; flush: its confirmation is asked for at once; ttlMs: how long it may
     *  wait before its first byte is sent, 0: as message.ttl says. */
    send(message, { unkept = false, flush = false, ttlMs = 0 } = {}) {
        const id = [0];
        const data = bytesOf(message);
        const flags = flagsOf(message) | (unkept ? UNKEPT : 0) | (flush ? FLUSH : 0);
        this.#call('linkSend', data, data.length, flags, ttlMs, id);
        return id[0];
    }

    /** With one call; how many were accepted: not all where the queue is full. */
    sendAll(messages) {
        const count = [0];
        const records = packed(messages);
        const status = this.#library.calls.linkSendPacked(this.#handle, records, records.length, 0,
            null, count);
        if (status !== QUEUE_FULL) this.#library.check(status);
        return Number(count[0]);
    }

    /** Once everything is confirmed; CLOSED is its last event. */
    close(code = 1000, reason = '') {
        const words = Buffer.from(reason);
        this.#call('linkClose', code, words, words.length);
    }

    /** The peer has this message, or with `through` all up to it (confirm=app). */
    confirm(id, through = false) {
        this.#call('linkConfirm', id, through ? 1 : 0);
    }

    /** Settles once everything sent so far has reached that resock_level or has failed. */
    async flush(level) {
        const { linkFlush } = this.#library.calls;
        // What is wrong is told at once, on this thread; only what takes time is waited for.
        const status = linkFlush(this.#handle, level, 0);
        if (status !== TIMEOUT) return this.#library.check(status);
        const ended = await new Promise((resolve, reject) => {
            linkFlush.async(this.#handle, level, FOREVER,
                (error, result) => error ? reject(error) : resolve(result));
        });
        if (ended !== 0) throw new ResockError('the link has ended', ended);
    }

    /** Changes an option of the open link. */
    set(name, value) {
        this.#call('linkSet', name, String(value), null);
    }

    /** Ends the wait for the next attempt, or revives a stopped link. */
    retryNow() {
        this.#call('linkRetryNow');
    }

    /** The greeting was answered (greeting.hold). */
    ready() {
        this.#call('linkReady');
    }

    /** Where it stands: resock_state. */
    get state() {
        const state = [0];
        this.#call('linkState', state);
        return state[0];
    }

    /** A message that is sent first on every connection; the same key replaces it. */
    setGreeting(key, message) {
        const name = Buffer.from(key), data = bytesOf(message);
        this.#call('linkGreetingSet', name, name.length, data, data.length, flagsOf(message));
    }

    removeGreeting(key) {
        const name = Buffer.from(key);
        this.#call('linkGreetingRemove', name, name.length);
    }

    /** Answers a CREDENTIALS by its id, or gives them unasked with 0: url, http.header,
     *  session.token. Without options: there are none. */
    credentials(request, options = null) {
        const { calls } = this.#library;
        if (options === null) return this.#call('linkCredentials', request, null);
        this.#library.withOptions(SCOPE_LINK, options,
            set => calls.linkCredentials(this.#handle, request, set));
    }

    /** Without close() it aborts. */
    free() {
        this.#library.calls.linkFree(this.#handle);
        this.#handle = null;
    }
}
