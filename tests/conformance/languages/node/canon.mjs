// The canonical form of events.

import { Kind } from '../../../../examples/dlopen/node/resock.mjs';

const MOST_SHOWN = 32;

const text = value => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
/** A number that stands for none where it is 0. */
const code = value => value || '-';
const known = value => value ?? '-';

export function line(begin, fields) {
    return [begin, ...Object.entries(fields).map(([name, value]) => `${name}=${value}`)].join(' ');
}

function fnv1a(bytes) {
    let hash = 2166136261;
    for (const byte of bytes) hash = Math.imul(hash ^ byte, 16777619);
    return (hash >>> 0).toString(16).padStart(8, '0');
}

function messageLine(event) {
    const isText = (event.flags & 1) !== 0;
    const begin = `MESSAGE ${isText ? 'text' : 'binary'}`;
    const number = code(event.id);
    if (event.data.length > MOST_SHOWN) {
        return line(begin, { bytes: event.data.length, fnv1a: fnv1a(event.data), number });
    }
    return line(`${begin} "${isText ? event.text : event.data.toString('hex')}"`, { number });
}

function recordOf(event) {
    const record = event.record;
    return {
        layer: record.layer, caused_by: record.culprit, cause: code(record.cause),
        close_code: code(record.closeCode), close_reason: text(record.closeReason),
        closed_by_us: record.closedByUs, http_status: code(record.httpStatus),
        errno: code(record.errno), detail: text(record.detail), host: text(record.host),
        up_ms: record.upMs, rtt_us: known(record.rttUs), silent_ms: known(record.silenceMs),
        verdict: record.verdict, delay_ms: known(record.delayMs), attempt: record.attempt,
        connection: event.id, limits_reached: record.limitsReached,
        message_id: known(record.messageId), why: text(record.why),
    };
}

function openingOf(event) {
    const opening = event.opening;
    return {
        address: text(opening.address), tls: text(opening.tls),
        subprotocol: text(opening.subprotocol), connection: event.id, attempt: opening.attempt,
        downtime_ms: opening.downtimeMs,
    };
}

export function eventLine(event) {
    const flag = (event.flags & 1) !== 0;
    switch (event.kind) {
    case Kind.MESSAGE:
        return messageLine(event);
    case Kind.OPEN:
        return line('OPEN', { ...openingOf(event), resumed: flag });
    case Kind.DOWN:
        return line('DOWN', { was_open: flag, ...recordOf(event) });
    case Kind.CLOSED:
        return line('CLOSED', recordOf(event));
    case Kind.CREDENTIALS: {
        const { attempt, httpStatus, closeCode } = event.refusal;
        return line('CREDENTIALS',
            { attempt, http_status: code(httpStatus), close_code: code(closeCode) });
    }
    case Kind.LOST:
        return line('LOST',
            { reason: event.lostReason, begun_anew: flag, text: text(event.text) });
    default:
        throw new Error(`no queue has events of kind ${event.kind}`);
    }
}
