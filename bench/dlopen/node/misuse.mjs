// misuse.mjs: as ../c/misuse.c, through koffi; and what is collected while it is used.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { Kind, Library } from '../../../examples/dlopen/node/resock.mjs';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

function tell(what, use) {
    try {
        use();
        console.log(`${what}: accepted`);
    } catch (error) {
        console.log(`${what}: ${error.message}`);
    }
}

async function collectWhileUsed(hub, link) {
    for (let number = 0; number < 100; ++number) {
        link.sendAll(Array(3).fill(`${number} ${'x'.repeat(1000)}`));
        const waiting = hub.wait();
        collect();
        await waiting;
        const events = hub.take();
        collect();
        for (const event of events) {
            if (event.kind === Kind.MESSAGE && event.text.length < 1000) throw new Error('lost');
        }
    }
}

const library = new Library();
const kept = library.hub(), freed = library.hub();
const opened = kept.open('echo:'), link = kept.open('echo:'), ofFreed = freed.open('echo:');
await collectWhileUsed(kept, opened);
link.free();
freed.free();
tell('freed link', () => link.send('x'));
tell('link of a freed hub', () => ofFreed.send('x'));
tell('freed hub', () => freed.take());
tell('freed hub again', () => freed.open('echo:'));
tell('reason too long', () => opened.close(1000, 'x'.repeat(124)));
for (const wrong of [null, 5, [1]]) tell('wrong type', () => opened.send(wrong));
