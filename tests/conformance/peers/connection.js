'use strict';
// One WebSocket that carries a session for a while: opening, writing in bounds, silence, closing.

const fs = require('fs');
const WebSocket = require('ws');
const { FLAGS, ProtocolError, decode } = require('./frames');

const SUBPROTOCOL = 'resock.v1';
const ANSWER_MS = 10000; // R13
const CLOSING_MS = 2000;
const MOST_BUFFERED_BYTES = 262144; // handed to `ws` ahead, so that an ACK never waits for more
const MOST_MESSAGE_BYTES = 2 ** 25; // above every bound, so that we see what breaks one
const SILENCE = 2.5; // R23, in heartbeats

class Connection {
    // `owner` has opened(connection), frame(connection, frame, bytes) and closed(connection, code,
    // reason); after closed() nothing comes any more. `session` says what to write.
    constructor(url, options, session, owner) {
        this.session = session;
        this.owner = owner;
        this.state = 'opening'; // then greeting (HELLO is written), up, gone
        this.ws = new WebSocket(url, SUBPROTOCOL, {
            ca: options.ca && fs.readFileSync(options.ca), handshakeTimeout: ANSWER_MS,
            maxPayload: MOST_MESSAGE_BYTES, closeTimeout: CLOSING_MS,
            perMessageDeflate: Boolean(options.deflate),
        });
        this.listen();
    }

    listen() {
        this.ws.on('upgrade', (response) => { this.socket = response.socket; });
        this.ws.on('open', () => this.guarded(() => this.owner.opened(this)));
        this.ws.on('message', (bytes, isBinary) => this.guarded(() => {
            if (!isBinary) throw new ProtocolError('R2 text message');
            this.owner.frame(this, decode(bytes), bytes);
        }));
        this.ws.on('error', (error) => { this.error = error; });
        this.ws.on('close', (code, reason) => {
            this.ended(code, code === 1006 && this.error ? this.error.message : String(reason));
        });
    }

    // Nothing is done for a connection that was given up (R18); a broken rule closes it.
    guarded(step) {
        if (this.state === 'gone') return;
        try {
            step();
        } catch (error) {
            if (!(error instanceof ProtocolError)) throw error;
            this.fail(4400, error.message);
        }
    }

    greet(hello) {
        this.state = 'greeting';
        this.ws.send(hello);
        this.timer = setTimeout(() => this.fail(4408, 'R13 no WELCOME in 10 s'), ANSWER_MS);
        this.pump();
    }

    welcomed() {
        this.state = 'up';
        clearTimeout(this.timer);
        this.heardBytes = -1;
        this.excusedUntil = 0;
        this.watch(Date.now());
    }

    // Writes what is due, as long as little waits already.
    pump() {
        if (this.state !== 'greeting' && this.state !== 'up') return;
        if (this.ws.readyState !== WebSocket.OPEN) return;
        this.socket.cork();
        while (this.ws.bufferedAmount < MOST_BUFFERED_BYTES) {
            const bytes = this.session.next();
            if (bytes === undefined) break;
            this.ws.send(bytes, () => this.pump());
        }
        this.socket.uncork();
    }

    // R11: only where nothing waits.
    note(bytes) {
        if (this.state !== 'up' || this.ws.readyState !== WebSocket.OPEN ||
            this.ws.bufferedAmount > 0) return false;
        this.ws.send(bytes);
        return true;
    }

    // R23: looks at what was heard four times in a heartbeat.
    watch(heardAt) {
        const { heartbeatMs } = this.session;
        const stepMs = heartbeatMs / 4;
        const dueAt = Date.now() + stepMs;
        this.timer = setTimeout(() => {
            const now = Date.now();
            const heard = this.socket.bytesRead !== this.heardBytes;
            this.heardBytes = this.socket.bytesRead;
            const last = heard ? now : heardAt;
            if (now - dueAt > heartbeatMs / 2) { // late: read and ask before judging
                this.excusedUntil = now + heartbeatMs;
                this.session.acks.now(FLAGS.PING);
            } else if (now - last > SILENCE * heartbeatMs && now > this.excusedUntil) {
                this.fail(4408, 'R23 silence');
                return;
            }
            this.watch(last);
        }, stepMs);
    }

    fail(code, reason) {
        if (this.state === 'gone') return;
        this.abandon(code, reason);
        this.owner.closed(this, code, reason);
    }

    // Closes it and ignores from now on what arrives; closed() does not follow.
    abandon(code, reason = '') {
        this.state = 'gone';
        clearTimeout(this.timer);
        this.ws.close(code, reason.slice(0, 100));
        setTimeout(() => this.ws.terminate(), CLOSING_MS).unref();
    }

    ended(code, reason) {
        if (this.state === 'gone') return;
        this.state = 'gone';
        clearTimeout(this.timer);
        this.owner.closed(this, code, reason);
    }
}

module.exports = { Connection };
