"""The lines of drivers in one form, and the comparison with what a scenario expects.

A driver prints what its language's face gives: an enumeration as a number of resock.h or as its
word, the server's address and times as they are. Here words replace numbers, SERVER the address,
and times that differ from run to run become N, once they are seen to be possible.
"""

import re

from modules import ROOT

FIELD = re.compile(r'(\w+)=("(?:[^"\\]|\\.)*"|\S+)')
ENUMERATIONS = {"layer": "layer", "caused_by": "culprit", "cause": "cause", "verdict": "verdict",
                "state": "state", "level": "level"}
RECORD = ["layer", "caused_by", "cause", "close_code", "close_reason", "closed_by_us",
          "http_status", "errno", "detail", "host", "up_ms", "rtt_us", "silent_ms", "verdict",
          "delay_ms", "attempt", "connection", "limits_reached", "message_id", "why"]
FIELDS = {
    "OPEN": ["address", "tls", "subprotocol", "connection", "attempt", "downtime_ms", "resumed"],
    "DOWN": ["was_open", *RECORD],
    "CLOSED": RECORD,
    "CREDENTIALS": ["attempt", "http_status", "close_code"],
    "LOST": ["reason", "begun_anew", "text"],
    "OUTCOME": None, "MESSAGE": None, "STATE": ["state"],
    "SENT": None, "ERROR": None, "WRITABLE": [], "FLUSHED": None,
}
# What a field has unless a scenario says something else.
USUAL = {"tls": '""', "subprotocol": '""', "resumed": "false", "close_reason": '""',
         "closed_by_us": "false", "http_status": "-", "close_code": "-", "cause": "-",
         "limits_reached": "false", "message_id": "-", "begun_anew": "false", "number": "-"}
# Nothing in a scenario lasts longer.
MOST = {"up_ms": 600_000, "rtt_us": 600_000_000, "silent_ms": 600_000, "delay_ms": 86_400_000,
        "downtime_ms": 600_000}
DURATION = re.compile(r"\b(under )?\d+(\.\d+)? (ms|s|min|h)( \d+ (ms|s|min))?\b|\bat once\b")

# What the server was to answer in Sec-WebSocket-Accept.
KEY = re.compile(r'expected \\"[A-Za-z0-9+/]{27}=')

# Python names options as its keywords, in sentences, too: verdict_1000="backoff".
OPTION = re.compile(r"\b([a-z]+)\.([a-z0-9_-]+)\b")
ADVICE = re.compile(r'(; not retried): .*"$')  # names calls, as each language has them
QUOTED = re.compile(r'(\w=)\\"([^"\\]*)\\"')


class Malformed(Exception):
    """A line that is none of the canonical form."""


def enumeration(name):
    """Words of an enumeration of resock.h by number."""
    header = (ROOT / "capi/include/resock/resock.h").read_text(encoding="utf-8")
    body = re.search(rf"enum resock_{name} {{(.*?)\n}};", header, re.DOTALL)[1]
    prefix = name.upper().removesuffix("_REASON")
    values = re.findall(rf"\bRESOCK_{prefix}_([A-Z_]+) = (\d+)", body)
    return {number: word.lower().replace("_", "-") for word, number in values}


WORDS = {field: enumeration(name) for field, name in ENUMERATIONS.items()}
REASONS = {"OUTCOME": enumeration("reason"), "LOST": enumeration("lost_reason")}


def statuses():
    """Likewise of resock_status."""
    header = (ROOT / "capi/include/resock/resock.h").read_text(encoding="utf-8")
    return {number: word for word, number in re.findall(r"\bRESOCK_([A-Z_]+) = (-\d+)", header)}


STATUSES = statuses()


def word_of(kind, field, value):
    table = REASONS.get(kind, {}) if field == "reason" else WORDS.get(field, {})
    word = table.get(value, value).replace("_", "-")
    return "-" if field == "cause" and word == "none" else word


def time_of(field, value):
    if value == "-":
        return "-"
    if not value.isdigit() or int(value) > MOST[field]:
        raise Malformed(f"{field}={value} is no time that a scenario has: 0 to {MOST[field]}")
    return "N"


def value_of(kind, field, value, address):
    if field in MOST:
        # A ping may or may not have been answered before.
        return time_of(field, value) and "*" if field == "rtt_us" else time_of(field, value)
    if value.startswith('"'):
        value = KEY.sub(r'expected \\"KEY', value.replace(address, "SERVER"))
        if field not in ("why", "detail", "text"):
            return value
        value = ADVICE.sub(r'\1"', value)
        return DURATION.sub("N s", QUOTED.sub(r"\1\2", OPTION.sub(r"\1_\2", value)))
    return word_of(kind, field, value)


def parsed(line):
    """(what stands in front, fields by name) of a line of the canonical form."""
    head = FIELD.sub("", line).strip()
    return re.sub(r"  +", " ", head), dict(FIELD.findall(line))


def canonical(line, address):
    """Raises Malformed where the line is none."""
    kind = line.split(" ", 1)[0]
    if kind not in FIELDS:
        raise Malformed(f"{line!r}: no line begins so")
    head, fields = parsed(line)
    if FIELDS[kind] is not None and (list(fields) != FIELDS[kind] or head != kind):
        raise Malformed(f"{line!r}: its fields have to be {' '.join(FIELDS[kind])}")
    if kind == "ERROR":
        head = f"ERROR {STATUSES.get(head.split()[-1], head.split()[-1])}"
    return " ".join([head, *(f"{name}={value_of(kind, name, value, address)}"
                             for name, value in fields.items())])


def matches(line, expected):
    """Whether a canonical line has what is expected; fields that are not named are as usual."""
    head, fields = parsed(line)
    wanted_head, wanted = parsed(expected)
    usual = {name: value for name, value in USUAL.items() if name in fields}
    return head == wanted_head and (usual | wanted).items() <= fields.items()
