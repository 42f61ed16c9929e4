'use strict';
// The command line of client.js; README.md says what each option means.

const FLAGS = ['end', 'text', 'deflate', 'verbose'];
const NUMBERS = {
    send: 0, expect: 0, bytes: undefined, ttl: undefined, window: 1048576, 'max-frame': 16384,
    'max-message': 16777216, 'heartbeat-ms': undefined, notes: 0, 'void-every': 0, 'delay-ms': 0,
    'expires-ms': undefined,
    'send-bound': 4194304, 'reconnect-min-ms': 10, 'reconnect-max-ms': 1000, 'timeout-s': 60,
};
const TEXTS = ['ca'];
const LISTS = ['token', 'allow-host'];

function camel(name) {
    return name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
}

class UsageError extends Error {}

function numberOf(name, text) {
    if (!/^\d+$/.test(text) || Number(text) > 2 ** 53 - 1) {
        throw new UsageError(`--${name} ${text}: a number from 0 to 2^53 - 1 is needed`);
    }
    return Number(text);
}

// An object of the options by their names in camelCase, and `url`.
function parseArguments(list) {
    const options = { url: undefined };
    for (const [name, value] of Object.entries(NUMBERS)) options[camel(name)] = value;
    for (const name of LISTS) options[camel(name)] = [];
    for (let at = 0; at < list.length; at += 1) {
        if (!list[at].startsWith('--')) {
            if (options.url !== undefined) throw new UsageError(`a second URL: ${list[at]}`);
            options.url = list[at];
            continue;
        }
        const name = list[at].slice(2);
        if (FLAGS.includes(name)) {
            options[camel(name)] = true;
            continue;
        }
        at += 1;
        if (at === list.length) throw new UsageError(`--${name}: no such flag, or no value`);
        if (name in NUMBERS) options[camel(name)] = numberOf(name, list[at]);
        else if (TEXTS.includes(name)) options[camel(name)] = list[at];
        else if (LISTS.includes(name)) options[camel(name)].push(list[at]);
        else throw new UsageError(`no option --${name}`);
    }
    if (options.url === undefined) throw new UsageError('no URL: client.js URL [OPTION...]');
    if (options.bytes !== undefined && options.bytes < 8) {
        throw new UsageError(`--bytes ${options.bytes}: at least 8, the number's`);
    }
    const leastWindow = Math.max(65536, 2 * (options.maxFrame + 32)); // R8
    if (options.window < leastWindow) {
        throw new UsageError(`--window ${options.window}: at least ${leastWindow}`);
    }
    return options;
}

module.exports = { parseArguments, UsageError };
