"""The words of commands, and the canonical form of events."""

import resock
from resock import Level, events

MOST_SHOWN = 32
PRINTED = (events.Opened, events.Down, events.Credentials, events.Lost, events.Closed)


def keyword(name):
    """The keyword of an option."""
    return name.replace(".", "_").replace("-", "_")


def payload_of(words):
    """str of a text, bytes of anything else."""
    kind, _, rest = words.partition(" ")
    if kind == "text":
        return rest
    if kind == "binary":
        return bytes.fromhex(rest)
    number, what = rest.split(" ")
    return what * int(number) if kind == "text-of" else bytes.fromhex(what) * int(number)


def sending_of(flags):
    """Keywords of send()."""
    how = {}
    for flag in flags.split(","):
        name, _, value = flag.partition("=")
        if name == "ttl":
            how["ttl"] = int(value) / 1_000
        elif name == "unkept":
            how["kept"] = False
        elif name == "flush":
            how["flush"] = True
    return how


def level_of(name):
    return Level[name.upper()]


def error_line(error):
    names = {resock.Closed: "CLOSED", resock.TooBig: "TOO_BIG", resock.QueueFull: "QUEUE_FULL",
             resock.Timeout: "TIMEOUT", resock.OptionError: "OPTION", resock.Invalid: "INVALID",
             resock.NotSupported: "NOT_SUPPORTED", resock.WrongState: "STATE"}
    return f"ERROR {next(word for kind, word in names.items() if isinstance(error, kind))}"


def shown(value):
    if value is None:
        return "-"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value)


def scaled(seconds, per_second):
    return None if seconds is None else round(seconds * per_second)


class Word(str):
    """Of an enumeration: printed without quotation marks."""


def line(begin, **fields):
    return " ".join([begin, *(
        f"{name}={value if isinstance(value, Word) else shown(value)}"
        for name, value in fields.items())])


def record_of(record):
    return {
        "layer": Word(record.layer), "caused_by": Word(record.caused_by),
        "cause": record.cause and Word(record.cause), "close_code": record.close_code,
        "close_reason": record.close_reason, "closed_by_us": record.closed_by_us,
        "http_status": record.http_status, "errno": record.errno, "detail": record.detail,
        "host": record.host, "up_ms": scaled(record.up, 1_000),
        "rtt_us": scaled(record.rtt, 1_000_000), "silent_ms": scaled(record.silent, 1_000),
        "verdict": Word(record.verdict), "delay_ms": scaled(record.delay, 1_000),
        "attempt": record.attempt, "connection": record.connection,
        "limits_reached": record.limits_reached, "message_id": record.message_id,
        "why": record.why,
    }


def event_line(event):
    if isinstance(event, events.Opened):
        return line("OPEN", address=event.address, tls=event.tls, subprotocol=event.subprotocol,
                    connection=event.connection, attempt=event.attempt,
                    downtime_ms=scaled(event.downtime, 1_000), resumed=event.resumed)
    if isinstance(event, events.Down):
        return line("DOWN", was_open=event.was_open, **record_of(event.record))
    if isinstance(event, events.Closed):
        return line("CLOSED", **record_of(event.record))
    if isinstance(event, events.Credentials):
        return line("CREDENTIALS", attempt=event.attempt, http_status=event.http_status,
                    close_code=event.close_code)
    return line("LOST", reason=Word(event.reason), begun_anew=event.begun_anew, text=event.text)


def fnv1a(data):
    value = 2_166_136_261
    for byte in data:
        value = (value ^ byte) * 16_777_619 & 0xFFFFFFFF
    return value


def message_line(message):
    is_text = isinstance(message.data, str)
    data = message.data.encode() if is_text else message.data
    begin = f"MESSAGE {'text' if is_text else 'binary'}"
    number = message.number or None
    if len(data) > MOST_SHOWN:
        return line(begin, bytes=len(data), fnv1a=Word(f"{fnv1a(data):08x}"), number=number)
    return line(f"{begin} \"{message.data if is_text else data.hex()}\"", number=number)


def outcome_line(number, level):
    return line(f"OUTCOME {number}", level=Word(level))


def failure_line(number, failure):
    return line(f"OUTCOME {number} failed", reason=Word(failure.reason))
