"""Rows of what was measured, with the limits of the package, and the page for people."""

from statistics import median

from paths import ROOT  # noqa: F401, I001: makes the others importable
from clients import (MANY, OURS, PICOWS, SYNC, SYNC_MANY, WEBSOCKETS, WEBSOCKETS_SYNC,
                     in_asyncio)
from figures import (PING_PONG_CASES, PYTHON_OBJECTS, cases_of, contenders_of, delay_case,
                     differences, main_figure, ratios, spread, values_of)
from rows import Row, table
from steps import ALL_LINKS, DELAYS_MS, DELIVERIES, IMPORT, IN_FLIGHT, RATE

LEAST_WEBSOCKETS, LEAST_PICOWS, LEAST_MANY = 3, 0.7, 3
MOST_P50 = 1.0
MOST_IDLE_BYTES = 16 << 10
MOST_IMPORT_MS = 60


def of_throughput(runs):
    def row(ours, other, at_least=None):
        values = ratios(*(values_of(runs, "throughput", "64 B", name, "per_second")
                          for name in (ours, other)))
        return Row(f"throughput, {ours} to {other}", "x", values, at_least=at_least, digits=2)

    return [row(OURS, WEBSOCKETS, LEAST_WEBSOCKETS), row(OURS, PICOWS, LEAST_PICOWS),
            row(MANY, PICOWS, LEAST_MANY),
            row(in_asyncio(OURS), in_asyncio(WEBSOCKETS), LEAST_WEBSOCKETS),
            row(in_asyncio(OURS), in_asyncio(PICOWS)),
            row(in_asyncio(MANY), in_asyncio(PICOWS)),
            row(SYNC, WEBSOCKETS_SYNC), row(SYNC_MANY, PICOWS)]


def of_ping_pong(runs):
    return [Row(f"ping-pong p50, {case}, {ours} to {other}", "x",
                ratios(*(values_of(runs, "pingpong", case, name, "p50_us")
                         for name in (ours, other))), at_most=MOST_P50, digits=2)
            for case in PING_PONG_CASES
            for ours, other in ((OURS, WEBSOCKETS), (SYNC, WEBSOCKETS_SYNC),
                                (in_asyncio(OURS), in_asyncio(WEBSOCKETS)))]


def of_idle(runs):
    whole = {name: values_of(runs, "idle", ALL_LINKS, name, "pss_per_link")
             for name in (OURS, WEBSOCKETS)}
    objects = values_of(runs, "idle", PYTHON_OBJECTS, OURS, "traced_per_link")
    return [Row("memory of an idle link above Python's own objects", "bytes",
                differences(whole[OURS], objects), at_most=MOST_IDLE_BYTES),
            Row(f"memory of an idle link, all of it, {OURS} to {WEBSOCKETS}", "x",
                ratios(whole[OURS], whole[WEBSOCKETS]), digits=2)]


def of_import(runs):
    def times(name):
        return values_of(runs, "import", IMPORT, name, "ms")

    # Most programs have asyncio in them already.
    return [Row("import resock", "ms", list(times("import resock").values()),
                at_most=MOST_IMPORT_MS, digits=1),
            Row("import resock; resock.connect, less import asyncio", "ms",
                differences(times("import resock; resock.connect"), times("import asyncio")),
                at_most=MOST_IMPORT_MS, digits=1)]


def of_loss(runs):
    """A run that lost or doubled has failed, and counts here all the same."""
    rows = []
    for delivery in DELIVERIES:
        found = [run["result"] for run in runs if run["step"] == "loss" and run["result"]
                 and run["contender"].endswith(delivery)]
        wanted = ("lost", "out_of_order") + (("twice",) if delivery == "exactly-once" else ())
        # All runs together: a median would forgive one of them.
        rows += [Row(f"{what.replace('_', ' ')} in the cuts, {delivery}", "messages",
                     [sum(each[what] for each in found)] if found else [], at_most=0)
                 for what in wanted]
    return rows


LIMITS = {"throughput": of_throughput, "pingpong": of_ping_pong, "idle": of_idle,
          "import": of_import, "loss": of_loss}
TITLES = {"throughput": "Throughput", "pingpong": "Ping-pong", "idle": "Memory",
          "import": "Import", "loss": "Loss"}
UNITS = {"per_second": "messages/s", "cpu_us_each": "CPU, µs a message", "p50_us": "p50, µs",
         "p99_us": "p99, µs", "pss_per_link": "bytes a link", "traced_per_link": "bytes a link",
         "ms": "ms", "modules": "modules", "lost": "lost", "twice": "twice",
         "arrived_twice": "arrived twice", "out_of_order": "out of order", "cuts": "cuts"}
DIGITS = {"cpu_us_each": 2, "p50_us": 1, "p99_us": 1, "ms": 1}


def rows_of(runs, steps):
    """Of the steps that were asked for; one without a value is shown as not measured."""
    return [row for step in steps for row in LIMITS[step](runs)]


def notes(step, plan):
    few, many = plan["links"]
    delays = " and ".join(delay_case(delay) for delay in DELAYS_MS)
    return {
        "throughput": f"64 bytes echoed, {IN_FLIGHT:,} sent and not yet echoed, each echo checked. "
                      "The package keeps every message until a pong has confirmed it and gives a "
                      "receipt for it; the others keep nothing. Without a word of the loop it is "
                      "uvloop's.",
        "pingpong": "64 bytes, one message at a time. On *one core* the client shares it with the "
                    "server, on *two cores* each is pinned to its own.",
        "idle": f"Proportional memory (PSS) of the client with {many:,} links that do nothing less "
                f"that with {few:,}, divided by the difference. What of it is objects of Python, "
                f"tracemalloc says in runs of their own, with {few:,} links: it sees what comes "
                "from Python's allocators, not what the library itself takes.",
        "import": "In a fresh interpreter with its bytecode cached, without the interpreter's own "
                  "start; modules are those that are loaded then.",
        "loss": f"{plan['messages']:,} messages of 64 bytes, {RATE:,} a second, through `resock "
                f"chaos`, which resets the line {plan['cuts']} times; {delays}. At least once: "
                "counted by the server. Exactly once: there and back, the echoes counted by the "
                "client, and the server must have got as many as were sent.",
    }[step]


def figures_of(runs, step, case):
    """Those of the case, the main one first."""
    main = main_figure(step, case)
    there = {name for run in runs if (run["step"], run["case"]) == (step, case) and run["result"]
             for name in run["result"] if name in UNITS}
    return [main, *sorted(there - {main})]


def case_table(runs, step, case):
    figures = figures_of(runs, step, case)
    lines = [f"| {case} | {' | '.join(UNITS[each] for each in figures)} |",
             f"|---|{'---:|' * len(figures)}"]
    for name in contenders_of(runs, step, case):
        cells = [spread(list(values_of(runs, step, case, name, each).values()), DIGITS.get(each, 0))
                 for each in figures]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def section(found, step):
    tables = "\n\n".join(case_table(found["runs"], step, case)
                         for case in cases_of(found["runs"], step))
    return f"## {TITLES[step]}\n{notes(step, found['plan'])}\n\n{tables or 'Not measured.'}\n"


def page(found):
    machine = found["machine"]
    failures = [f"- {each['step']}, {each['case']}, {each['contender']}: {each['what']}"
                for each in found["failures"]]
    failures += [f"- {name}: {why}" for name, why in found["absent"].items()]
    versions = ", ".join(f"{name} {version}" for name, version in found["versions"].items())
    return "\n".join([
        "# The Python package", "",
        f"Made by `./dev bench python --page` ({found['when']}); how it is measured stands in "
        f"`bench/README.md`. On {machine['cpu']}, {machine['cores']} cores, "
        f"{'server and client pinned' if machine['pinned'] else 'not pinned'}, "
        f"{machine['system']}; load average before {machine['load_before'][0]:g}. {versions}. Figures "
        "are medians, with the lowest and the highest round; those of a shared machine are what was "
        "left, and a ratio is taken within a round.", "",
        "## What is promised", "", table(rows_of(found["runs"], found["steps"])), "",
        *(["## What failed", "", *failures, ""] if failures else []),
        *(section(found, step) for step in found["steps"])])


def missed(rows):
    """Sentences about limits that were not kept."""
    for row in rows:
        if row.kept is False:
            limit = f"<= {row.at_most}" if row.at_most is not None else f">= {row.at_least}"
            yield f"{row.what}: {median(row.values):,.2f} {row.unit}, must be {limit}"
        elif row.has_limit and not row.values:
            yield f"{row.what}: not measured"
