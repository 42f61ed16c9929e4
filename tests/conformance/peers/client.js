'use strict';
// A client of resock.v1 on plain `ws`, written from docs/protocol.md alone: see README.md.
//
//   NODE_PATH=build/node/node_modules node client.js ws://127.0.0.1:8765 --send 1000 --end
//
// Sends numbered messages, checks those that arrive, and prints one line of JSON at the end.

const fs = require('fs');
const { parseArguments, UsageError } = require('./arguments');
const { encode, FLAGS } = require('./frames');
const { payloadOf, Count } = require('./numbered');
const { Link } = require('./link');

const FINAL_MS = 300; // for the closing handshake of the last connection, at most

class Run {
    constructor(options) {
        this.options = options;
        this.submitted = 0;
        this.ackedBefore = 0; // in former sessions
        this.sessions = 1;
        this.finishing = false; // the server has asked for the end of this session (R27)
        this.notesSent = 0;
        this.notesReceived = 0;
        this.handling = false;
        this.count = new Count();
        this.link = new Link(options, this);
        this.timer = setTimeout(() => this.link.over('timeout', `after ${options.timeoutS} s`),
            options.timeoutS * 1000);
    }

    start() {
        this.fill();
        this.link.connect();
    }

    get outbox() {
        return this.link.session.outbox;
    }

    get acked() {
        return this.ackedBefore + this.outbox.messagesAcked;
    }

    // Submits what the bound of kept bytes allows; the END behind the last.
    fill() {
        const { send, end, sendBound, bytes } = this.options;
        const { terms } = this.link.session;
        if (send > 0 && terms && bytes > terms.max_message) {
            this.link.over('stopped', `R8 the server takes at most ${terms.max_message} bytes`);
            return;
        }
        while (this.submitted < send && !this.finishing && this.outbox.endSeq === 0 &&
               this.outbox.keptBytes < sendBound) {
            this.submit();
        }
        const wanted = this.finishing || this.link.session.inbox.end !== undefined ||
            (end && this.submitted === send);
        if (wanted && this.outbox.endSeq === 0) this.outbox.end(0, 'done');
    }

    submit() {
        const { send, bytes, text, voidEvery, expiresMs } = this.options;
        const { session } = this.link;
        this.submitted += 1;
        const payload = payloadOf(this.submitted, { bytes, text });
        const ext = expiresMs === undefined ? undefined :
            { 1: Date.now() + expiresMs, 3: Buffer.from(`id ${this.submitted}`) };
        this.outbox.submit(payload, { text: text || bytes === undefined, ext,
            maxFrame: session.maxFrame, ackme: this.submitted === send });
        if (voidEvery > 0 && this.submitted % voidEvery === 0) {
            this.outbox.submit(payload, { maxFrame: session.maxFrame, withdrawn: true });
        }
    }

    opened() {
        this.fill();
        this.sendNotes();
        this.link.current.pump();
    }

    // R11: those that cannot be written at once are dropped.
    sendNotes() {
        for (let number = this.notesSent + 1; number <= this.options.notes; number += 1) {
            const note = encode({ type: 'NOTE', flags: FLAGS.TEXT, payload: `note ${number}` });
            if (!this.link.note(note)) return;
            this.notesSent = number;
        }
    }

    progress() {
        this.fill();
        this.sendNotes();
        this.check();
    }

    note() {
        this.notesReceived += 1;
    }

    arrived() {
        const { inbox } = this.link.session;
        if (!this.handling) this.handle(inbox);
        if (inbox.end !== undefined) this.fill();
        if (this.link.current) this.link.current.pump();
        this.check();
    }

    // The handler, one message after the other.
    async handle(inbox) {
        this.handling = true;
        while (inbox.first() !== undefined) {
            if (this.options.delayMs > 0) {
                await new Promise((resolve) => setTimeout(resolve, this.options.delayMs));
            }
            const { payload, text } = inbox.first();
            this.count.take(payload, text);
            inbox.finish();
            this.link.session.acks.handled();
        }
        this.handling = false;
        if (this.afterwards) this.afterwards();
        else this.check();
    }

    // Without --end the run is over once everything is there.
    check() {
        const { send, expect, end, notes } = this.options;
        const all = this.acked === send && this.count.received >= expect && this.notesSent >= notes;
        if (all && !end && this.outbox.endSeq === 0 && !this.handling) this.link.leave();
    }

    finish() {
        this.finishing = true;
        this.fill();
        this.link.current.pump();
    }

    over(end, reason, final) {
        if (end === 'clean' && this.handling) { // what was received is still to be handled
            this.afterwards = () => {
                this.afterwards = undefined;
                this.over(end, reason, final);
            };
            return;
        }
        if (end === 'clean' && this.finishing && this.submitted < this.options.send) {
            this.ackedBefore = this.acked;
            this.sessions += 1;
            this.finishing = false;
            this.link.begin();
            this.start();
            return;
        }
        clearTimeout(this.timer);
        this.report(end, reason, final);
    }

    report(end, reason, final) {
        const { send, expect } = this.options;
        const counts = this.count.report(expect);
        const result = { sent: this.submitted, acked: this.acked, ...counts,
            connects: this.link.connects, resumes: this.link.resumes, sessions: this.sessions,
            notes_sent: this.notesSent, notes_received: this.notesReceived,
            ...this.outbox.classify(final), end, reason };
        const well = (end === 'clean' || end === 'left') && this.acked === send &&
            this.submitted === send && counts.received >= expect && counts.lost + counts.twice +
            counts.out_of_order + counts.damaged === 0;
        fs.writeSync(1, `${JSON.stringify(result)}\n`);
        process.exitCode = well ? 0 : 1;
        setTimeout(() => process.exit(), FINAL_MS).unref();
    }
}

function main() {
    try {
        new Run(parseArguments(process.argv.slice(2))).start();
    } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        process.stderr.write(`client.js: ${error.message}\n`);
        process.exit(2);
    }
}

main();
