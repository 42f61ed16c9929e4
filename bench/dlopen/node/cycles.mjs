// cycles.mjs N: as ../c/cycles.c, through koffi.

import { once } from 'node:events';

import { Kind, Library } from '../../../examples/dlopen/node/resock.mjs';

async function cycle(library) {
    const hub = library.hub();
    const link = hub.open('echo:');
    link.send('hello');
    for await (const event of hub) {
        if (event.kind === Kind.MESSAGE) link.close();
        if (event.kind === Kind.CLOSED) break;
    }
    link.free();
    hub.free();
}

const library = new Library();
for (let round = 0; round < 2; ++round) {
    for (let number = 0; number < Number(process.argv[2]); ++number) await cycle(library);
    console.log('ready');
    await once(process.stdin, 'data');
}
process.stdin.destroy();
