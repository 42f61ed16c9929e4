'use strict';
// A session and the connections that carry it, one after the other: opens them, and decides what a
// close, a REJECT and a GOAWAY lead to. Rules: docs/protocol.md.

const crypto = require('crypto');
const { FLAGS, ProtocolError } = require('./frames');
const { Session, Lost } = require('./session');
const { Connection } = require('./connection');

const REJECTED = { UNKNOWN: 1, FORBIDDEN: 2, STALE_EPOCH: 3, ENDED: 5, EXPIRED: 6, TOKEN: 11 };

function randomBetween(least, most) {
    return least + crypto.randomInt(most - least + 1);
}

class Link {
    // `app` has opened(), arrived(), note(payload), progress(), finish() for a GOAWAY with FINISH,
    // and over(end, reason, final): no connection follows.
    constructor(options, app) {
        this.options = options;
        this.app = app;
        this.tokens = options.token.slice();
        this.connects = 0;
        this.resumes = 0;
        this.current = undefined; // HELLO is written, the newest such
        this.attempt = undefined; // a connection that is being opened
        this.failures = 0; // attempts since the last WELCOME
        this.broken = undefined; // the last 4400: what, and where
        this.movedTo = undefined; // an url of the server that is to be tried
        this.stopped = false;
        this.begin();
    }

    begin() {
        this.stopped = false;
        this.session = new Session(this.options, {
            wake: () => this.current && this.current.pump(),
            arrived: () => this.app.arrived(),
            note: (payload) => this.app.note(payload),
            acked: () => this.acknowledged(),
            goaway: (frame) => this.goaway(frame),
            asked: () => this.renewToken(),
        });
    }

    acknowledged() {
        this.app.progress();
        if (this.current) this.current.pump();
    }

    say(what) {
        if (this.options.verbose) process.stderr.write(`${new Date().toISOString()} ${what}\n`);
    }

    // Opens a connection after `delayMs`; one at a time.
    connect(delayMs = 0) {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => {
            if (this.stopped || this.attempt) return;
            this.session.epoch += 1; // R12
            const url = this.movedTo || this.options.url;
            this.attempt = new Connection(url, this.options, this.session, this);
            this.say(`connecting to ${url}, epoch ${this.session.epoch}`);
        }, delayMs);
    }

    retry() {
        const { reconnectMinMs, reconnectMaxMs } = this.options;
        const most = Math.min(reconnectMaxMs, reconnectMinMs * 2 ** Math.min(this.failures, 20));
        this.failures += 1;
        this.connect(randomBetween(Math.floor(most / 2), most));
    }

    opened(connection) {
        this.attempt = undefined;
        const former = this.current;
        this.current = connection;
        this.connects += 1;
        const hello = this.session.hello(this.tokens[0]);
        connection.greet(hello);
        if (former) former.abandon(1000, 'R27 moved');
    }

    frame(connection, frame, bytes) {
        if (connection.state === 'up') {
            this.session.receive(frame, bytes);
        } else if (frame.type === 'REJECT') {
            this.rejected(connection, frame);
        } else {
            this.welcomed(connection, frame);
        }
    }

    welcomed(connection, frame) {
        try {
            this.session.answer(frame);
        } catch (error) {
            if (!(error instanceof Lost)) throw error;
            connection.abandon(4400, error.message);
            this.over('lost', `${error.reason}: ${error.message}`);
            return;
        }
        if (this.stopped) return;
        this.say(`welcome, flags ${frame.flags}, recv ${frame.recv}, window ${frame.window}`);
        if (frame.flags & FLAGS.RESUMED) this.resumes += 1;
        this.failures = 0;
        if (frame.tlvs[1] !== undefined) this.follow(frame.tlvs[1]);
        connection.welcomed();
        connection.pump();
        this.app.opened();
    }

    // R16
    rejected(connection, { flags, reason, recv, retry_ms: retryMs, text }) {
        const { session } = this;
        const what = `REJECT ${reason}: ${text}`;
        this.say(what);
        if (recv !== undefined) session.outbox.acknowledge(recv);
        connection.abandon(1000);
        this.current = undefined;
        if (reason === REJECTED.TOKEN) {
            if (!this.nextToken()) return this.over('stopped', what);
            return this.connect(randomBetween(retryMs, 2 * retryMs));
        }
        if (reason === REJECTED.FORBIDDEN || reason === REJECTED.STALE_EPOCH) {
            return this.over('stopped', what);
        }
        if (flags & FLAGS.RETRY) return this.connect(randomBetween(retryMs, 2 * retryMs));
        const tombstone = reason === REJECTED.ENDED || reason === REJECTED.EXPIRED;
        if (session.over && (reason === REJECTED.UNKNOWN || (tombstone && recv !== undefined))) {
            return this.over('clean', what);
        }
        return this.over('lost', what, recv);
    }

    // R16, R27, R28 and §5.
    closed(connection, code, reason) {
        this.say(`closed ${code} ${reason}`);
        if (connection === this.attempt) {
            this.attempt = undefined;
            this.movedTo = undefined;
            if (/subprotocol/i.test(reason)) return this.over('stopped', `R1 ${reason}`);
            return this.retry();
        }
        if (connection !== this.current) return undefined;
        this.current = undefined;
        if (code === 1000 && this.session.over) return this.over('clean', reason);
        if (code === 4403 || code === 4409) return this.over('stopped', `${code} ${reason}`);
        if (code === 4401 && !this.nextToken()) return this.over('stopped', `${code} ${reason}`);
        if (code === 4400 && this.isTheSameError(reason)) {
            return this.over('lost', `4400 ${reason}`);
        }
        return this.attempt ? undefined : this.retry();
    }

    // §5: resume once, then give up.
    isTheSameError(reason) {
        const where = `${reason}|${this.session.inbox.recv}|${this.session.outbox.acked}`;
        const same = where === this.broken;
        this.broken = where;
        return same;
    }

    nextToken() {
        this.tokens.shift();
        return this.tokens.length > 0;
    }

    // R26: the next token, or the last one again; without any the server closes with 4401.
    renewToken() {
        if (this.tokens.length > 1) this.tokens.shift();
        if (this.tokens.length > 0) this.session.token(this.tokens[0]);
    }

    // R27
    goaway(frame) {
        this.say(`goaway, flags ${frame.flags}, grace ${frame.grace_ms} ms`);
        if (frame.flags & FLAGS.FINISH) return this.app.finish();
        if (frame.url !== '') this.follow(frame.url);
        return this.connect(randomBetween(frame.retry_min_ms, frame.retry_max_ms));
    }

    follow(text) {
        let to;
        try {
            to = new URL(text);
        } catch (error) {
            throw new ProtocolError('R27 url cannot be parsed');
        }
        const own = new URL(this.options.url);
        const allowed = to.protocol === own.protocol && to.host === own.host;
        const named = this.options.allowHost.includes(to.hostname) &&
            (to.protocol === 'wss:' || (to.protocol === 'ws:' && own.protocol === 'ws:'));
        if (allowed || named) this.movedTo = text;
        else this.say(`${text} is not followed`);
    }

    note(bytes) {
        return Boolean(this.current) && this.current.note(bytes);
    }

    // An end without END: the session is forgotten here.
    leave() {
        this.over('left', '');
    }

    over(end, reason, final) {
        if (this.stopped) return;
        this.stopped = true;
        clearTimeout(this.timer);
        for (const connection of [this.attempt, this.current]) {
            if (connection) connection.abandon(1000);
        }
        this.attempt = undefined;
        this.current = undefined;
        clearTimeout(this.session.acks.timer);
        this.app.over(end, reason, final);
    }
}

module.exports = { Link };
