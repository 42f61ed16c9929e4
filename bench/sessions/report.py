"""Rows of what was measured, with their limits, and the page for people."""

from statistics import median

from paths import ROOT  # noqa: F401: makes the others importable
from rows import Row, table

# Those of issue 6.
LEAST_RATIO = 0.7
MOST_WIRE_BYTES = 6
LEAST_DURABLE = 100_000
MOST_ROUND_TRIPS = 1.5  # one, and what the machine adds to 40 ms
MOST_IDLE_BYTES = 12 * 1024


def ratios(above, below):
    """Round by round: what else the machine did hits both."""
    return [one / other for one, other in zip(above, below) if other]


def rows_of_throughput(found):
    for io, kinds in found.items():
        plain, session = kinds["plain"], kinds["session"]
        yield Row(f"plain link, {io}", "messages/s", plain["per_second"])
        yield Row(f"session, {io}", "messages/s", session["per_second"])
        yield Row(f"session / plain, {io}", "ratio", ratios(session["per_second"],
                                                            plain["per_second"]),
                  at_least=LEAST_RATIO, digits=2)
        for side in ("client", "server"):
            name = f"{side}_cpu_us"
            yield Row(f"CPU of the {side}, plain, {io}", "µs a message", plain[name], digits=2)
            yield Row(f"CPU of the {side}, session, {io}", "µs a message", session[name], digits=2)
        for name, way in (("bytes_out", "to the server"), ("bytes_back", "back")):
            yield Row(f"plain, {way}, {io}", "bytes a message", plain[name], digits=2)
            yield Row(f"session above plain, {way}, {io}", "bytes a message",
                      [one - other for one, other in zip(session[name], plain[name])],
                      at_most=MOST_WIRE_BYTES, digits=2)


def rows_of_durable(found):
    for case, figures in found.items():
        least = LEAST_DURABLE if case.startswith("normal") else None
        yield Row(f"sync={case}", "messages/s", figures["per_second"], at_least=least)
        yield Row(f"bare SQLite, sync={case}", "messages/s", figures["bare_per_second"])
        yield Row(f"link / bare SQLite, sync={case}", "ratio", figures["ratio"], digits=2)
        yield Row(f"messages a transaction, sync={case}", "at most", figures["batch"])
        yield Row(f"CPU of the client, sync={case}", "µs a message", figures["client_cpu_us"],
                  digits=2)


def rows_of_resume(found):
    yield Row("the server's 101 to the first kept message", "ms", found["ms"], digits=1)
    yield Row("the same", "round trips", found["round_trips"], at_most=MOST_ROUND_TRIPS, digits=2)
    yield Row("HELLO to the first kept message", "ms", found["behind_hello_ms"], digits=2)


def rows_of_idle(found):
    for kind, figures in found.items():
        limit = MOST_IDLE_BYTES if kind == "session" else None
        yield Row(f"memory, {kind}", "bytes each", figures["bytes_each"], at_most=limit)
        yield Row(f"memory, {kind}, later", "bytes each", figures["later_bytes_each"],
                  at_most=limit)
        yield Row(f"CPU of the server, {kind}", "% of a core", figures["cpu_percent"], digits=1)
        yield Row(f"CPU of the client, {kind}", "% of a core", figures["client_cpu_percent"],
                  digits=1)


ROWS = {"throughput": rows_of_throughput, "durable": rows_of_durable, "resume": rows_of_resume,
        "idle": rows_of_idle}
TITLES = {
    "throughput": "Throughput beside a plain link",
    "durable": "With a durable outbox",
    "resume": "Resume",
    "idle": "Idle sessions",
}


def notes(step, plan):
    return {
        "throughput": f"64 bytes echoed, {plan.in_flight:,} in flight, {plan.messages:,} messages "
                      "a run; plain link (`at-least-once`) and session in turn against one server "
                      "program of ours. Bytes are those of WebSocket frames as the link counts "
                      "them, acknowledgements and barriers included.",
        "durable": "64 bytes. *echo*: each message comes back and is stored on that way, too, "
                   f"{plan.in_flight:,} in flight. *sink*: only sent and confirmed, 9,000 in "
                   "flight, since a peer that sends nothing confirms after 20 ms. Beside it SQLite "
                   "alone in a plain loop on the same disk: rows as large, in transactions at "
                   "least as large as the link's, without what came back.",
        "resume": "A client that goes on sending at 200 messages/s; its line, 20 ms each way, is "
                  "reset again and again. Measured at the server, from its 101 to the first DATA "
                  "frame of the client: 1 is the least there is.",
        "idle": f"{plan.links:,} links in one server process, which is driven; PSS after their "
                "first heartbeat and at the end, without that of the empty server. Heartbeat "
                f"10 s; CPU over {plan.idle_seconds:g} s. The link's handle of the application, "
                "and its entry in a map, is in it.",
    }[step]


def section(step, rows, plan):
    return f"## {TITLES[step]}\n{notes(step, plan)}\n\n{table(rows)}\n"


def page(sections, machine):
    load = ", ".join(f"{each:g}" for each in machine["load_before"])
    return "\n".join([
        "# Sessions: what exactly once costs", "",
        "Made by `./dev bench sessions --page`; what the programs do stands in `bench/README.md`. "
        f"On {machine['cpu']}, {machine['cores']} cores, {machine['system']}, {machine['compiler']}; "
        f"load average when each part began: {load}. Figures of a shared machine: the ratios are to be "
        "trusted, the others are what was left.", "", *sections])


def missed(rows):
    """Sentences about limits that were not kept."""
    for row in rows:
        if row.kept is False:
            limit = f"<= {row.at_most}" if row.at_most is not None else f">= {row.at_least}"
            yield f"{row.what}: {median(row.values):,.2f} {row.unit}, must be {limit}"
