'use strict';
// A server made with Node's `ws`, as its users write one.
//
//   RESOCK_TEST_NODE_PATH=build/node/node_modules node ws_server.js --echo --record /tmp/arrived
//
// Options: --port N, --echo, --record FILE, --delay-ms N, --lifetime SECONDS, --closes (print
// `closed CODE REASON` for each connection that ended). Prints `listening PORT`; ends when its
// standard input closes. Kept to what Node 12 understands.

const crypto = require('crypto');
const fs = require('fs');
const path = require('path');

const installed = process.env.RESOCK_TEST_NODE_PATH ||
    path.join(__dirname, '../../build/node/node_modules');
const { WebSocketServer } = require(path.join(installed, 'ws'));

const FLAGS = ['--echo', '--closes'];
const VALUES = ['--port', '--record', '--delay-ms', '--lifetime'];

function parseArguments(list) {
    const options = { port: '0', 'delay-ms': '0', lifetime: '600' };
    for (let at = 0; at < list.length; at += 1) {
        const name = list[at];
        if (FLAGS.includes(name)) {
            options[name.slice(2)] = true;
        } else if (VALUES.includes(name) && at + 1 < list.length) {
            at += 1;
            options[name.slice(2)] = list[at];
        } else {
            throw new Error(`unknown option or missing value: ${name}`);
        }
    }
    return options;
}

// The same lines as the Python peers write: see line_of in peer.py.
function lineOf(data, isBinary) {
    if (!isBinary) {
        return data.toString('utf8').replace(/\\/g, '\\\\').replace(/\n/g, '\\n');
    }
    const hash = crypto.createHash('sha256').update(data).digest('hex');
    return `binary ${data.length} ${hash}`;
}

function serve(socket, options) {
    const delayMs = Number(options['delay-ms']);
    let handled = Promise.resolve();

    function handle(data, isBinary) {
        if (options.record !== undefined) {
            fs.writeSync(options.record, `${lineOf(data, isBinary)}\n`);
        }
        if (options.echo) {
            socket.send(data, { binary: isBinary });
        }
    }

    async function handleSlowly(data, isBinary) {
        // Reading pauses meanwhile, so that a slow handler pushes back instead of collecting.
        socket.pause();
        await new Promise((resolve) => setTimeout(resolve, delayMs));
        handle(data, isBinary);
        socket.resume();
    }

    socket.on('message', (data, isBinary) => {
        if (delayMs > 0) {
            handled = handled.then(() => handleSlowly(data, isBinary));
        } else {
            handle(data, isBinary);
        }
    });
    socket.on('error', () => socket.terminate());
    if (options.closes) {
        socket.on('close', (code, reason) => console.log(`closed ${code} ${reason}`));
    }
}

function main() {
    const options = parseArguments(process.argv.slice(2));
    if (options.record !== undefined) {
        options.record = fs.openSync(options.record, 'a');
    }
    const server = new WebSocketServer({ host: '127.0.0.1', port: Number(options.port) });
    server.on('listening', () => console.log(`listening ${server.address().port}`));
    server.on('connection', (socket) => serve(socket, options));
    const end = () => process.exit(0);
    process.stdin.on('end', end).on('error', end).resume();
    setTimeout(end, Number(options.lifetime) * 1000);
}

main();
