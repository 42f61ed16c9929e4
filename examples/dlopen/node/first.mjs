// Sends "hello" and prints what comes back, with a libresock that is loaded at run time:
//
//     npm ci --ignore-scripts && node first.mjs [URL [LIBRARY]]
//
// URL: "echo:" if not given. LIBRARY: $RESOCK_LIBRARY, else libresock.so.0.

import { Kind, Library, ResockError } from './resock.mjs';

async function run(url = 'echo:', path) {
    const hub = new Library(path).hub();
    try {
        const link = hub.open(url);
        link.send('hello'); // kept until it is confirmed, sent again after a break
        for await (const event of hub) {
            if (event.kind === Kind.MESSAGE) {
                console.log(`arrived: ${event.text}`);
                link.close(); // waits until everything is confirmed
            } else if (event.kind === Kind.DOWN || event.kind === Kind.LOG) {
                console.error(event.text); // connects again by itself
            } else if (event.kind === Kind.CLOSED) {
                link.free();
                return;
            }
        }
    } finally {
        hub.free();
    }
}

try {
    await run(...process.argv.slice(2));
} catch (error) {
    if (!(error instanceof ResockError)) throw error;
    console.error(`first: ${error.message}`);
    process.exitCode = 1;
}
