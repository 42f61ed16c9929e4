// What every job takes: JOB --url URL [--ca FILE] [--NAME NUMBER...].
'use strict';

const DEFAULTS = {
    size: 64, messages: 1000, 'in-flight': 1, 'warm-up': 0, links: 1, rate: 1000,
    patience: 60,
};
const LEAST = { size: 8, messages: 1, 'in-flight': 1, 'warm-up': 0, links: 0, rate: 1,
    patience: 1 };
const camelCase = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());

function numberOf(name, word) {
    const value = Number(word);
    if (!Number.isInteger(value) || value < LEAST[name]) {
        throw new Error(`--${name} is a whole number of at least ${LEAST[name]}, not '${word}'`);
    }
    return value;
}

/** {job, url, ca, size, messages, inFlight, ...}; throws a sentence about wrong usage. */
function parse([job, ...words], jobs) {
    if (!jobs.includes(job)) throw new Error(`unknown job '${job}': one of ${jobs.join(', ')}`);
    const options = { job };
    for (const name in DEFAULTS) options[camelCase(name)] = DEFAULTS[name];
    for (let i = 0; i < words.length; i += 2) {
        const name = words[i].slice(2);
        if (name === 'url' || name === 'ca') options[name] = words[i + 1];
        else if (name in DEFAULTS) options[camelCase(name)] = numberOf(name, words[i + 1]);
        else throw new Error(`unknown option '${words[i]}'`);
    }
    if (!options.url) throw new Error('--url is missing');
    return options;
}

module.exports = { parse };
