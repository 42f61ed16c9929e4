"""What this library promises to reach; each limit is a row with the figure of every round."""

from contenders import BEAST, BEAST_SYNC, BEAST_TUNED, DRIVEN, THREADED
from figures import (CUT, INSTRUCTIONS, PING_PONG_CASES, WHOLE_PATH, differences,
                     links_case, queue_name, ratios, size_case, values_of)
from rows import Row

SMALL, LARGE = 64, 65536
SHORT_QUEUE = 1000
IDLE_LINKS = 1000
LEAST_DRIVEN, LEAST_THREADED, LEAST_LARGE, LEAST_TLS = 10, 6, 1, 2
MOST_P50, MOST_P99, MOST_THREADED_P50 = 1.0, 1.3, 2.0
MOST_IDLE_BYTES = 8192
MOST_QUEUE_CPU, MOST_QUEUE_INSTRUCTIONS = 1.5, 1.05
MOST_RECOVER_US = 1000


def of_throughput(runs, _):
    def ratio(case, ours, other):
        return ratios(*(values_of(runs, "throughput", case, name, "per_second")
                        for name in (ours, other)))

    small, large = size_case(SMALL, "ws"), size_case(LARGE, "ws")
    secure = size_case(SMALL, "wss")
    return [
        Row(f"throughput, {small}: driven to plain Beast", "x", ratio(small, DRIVEN, BEAST),
            at_least=LEAST_DRIVEN, digits=2),
        Row(f"throughput, {small}: another thread to plain Beast", "x",
            ratio(small, THREADED, BEAST), at_least=LEAST_THREADED, digits=2),
        Row(f"throughput, {large}: driven to tuned Beast", "x", ratio(large, DRIVEN, BEAST_TUNED),
            at_least=LEAST_LARGE, digits=2),
        Row(f"throughput, {large}: another thread to tuned Beast", "x",
            ratio(large, THREADED, BEAST_TUNED), digits=2),
        Row(f"throughput, {secure}: driven to plain Beast", "x", ratio(secure, DRIVEN, BEAST),
            at_least=LEAST_TLS, digits=2),
        Row(f"throughput, {secure}: another thread to plain Beast", "x",
            ratio(secure, THREADED, BEAST), digits=2),
    ]


def of_ping_pong(runs, _):
    def ratio(figure, ours, other):
        return ratios(*(values_of(runs, "pingpong", PING_PONG_CASES[0], name, figure)
                        for name in (ours, other)))

    return [
        Row("ping-pong, one core: p50, driven to plain Beast", "x", ratio("p50_us", DRIVEN, BEAST),
            at_most=MOST_P50, digits=2),
        Row("ping-pong, one core: p99, driven to plain Beast", "x", ratio("p99_us", DRIVEN, BEAST),
            at_most=MOST_P99, digits=2),
        Row("ping-pong, one core: p50, driven to Beast's blocking calls", "x",
            ratio("p50_us", DRIVEN, BEAST_SYNC), digits=2),
        Row("ping-pong, one core: p50, another thread to driven", "x",
            ratio("p50_us", THREADED, DRIVEN), at_most=MOST_THREADED_P50, digits=2),
    ]


def of_idle(runs, _):
    return [Row(f"memory of one of {IDLE_LINKS:,} idle links, {name}", "bytes",
                list(values_of(runs, "idle", links_case(IDLE_LINKS), name,
                               "pss_per_link").values()), at_most=MOST_IDLE_BYTES)
            for name in (DRIVEN, THREADED)]


def of_recover(runs, _):
    beast = values_of(runs, "recover", CUT, BEAST, "p50_us")
    return [Row(f"cut to next message, {name}, less Beast's connect and opening", "us",
                differences(values_of(runs, "recover", CUT, name, "p50_us"), beast),
                at_most=MOST_RECOVER_US)
            for name in (DRIVEN, THREADED)]


def of_loss(runs, _):
    """A run that lost or reordered has failed and has no value: all runs are looked at here."""
    rows = []
    for name in (DRIVEN, THREADED):
        found = [run["result"] for run in runs if run["step"] == "loss" and run["result"]
                 and run["contender"] == name]
        rows += [Row(f"{what} in the cuts, {name}", "messages", [each[key] for each in found],
                     at_most=0)
                 for what, key in (("lost", "lost"), ("out of order", "out_of_order"))]
    return rows


def of_queue(runs, plan):
    longest = plan["queued"]

    def ratio(case, name, figure):
        return ratios(*(values_of(runs, "queue", case, queue_name(name, length), figure)
                        for length in (longest, SHORT_QUEUE)))

    rows = [Row(f"CPU of a message, {longest:,} kept to {SHORT_QUEUE:,}, {name}", "x",
                ratio(WHOLE_PATH, name, "cpu_us_each"), at_most=MOST_QUEUE_CPU, digits=2)
            for name in (DRIVEN, THREADED)]
    if any(run["case"] == INSTRUCTIONS for run in runs):
        rows.append(Row(f"instructions of a message, {longest:,} kept to {SHORT_QUEUE:,}", "x",
                        ratio(INSTRUCTIONS, DRIVEN, "instructions_each"),
                        at_most=MOST_QUEUE_INSTRUCTIONS, digits=3))
    return rows


LIMITS = {"throughput": of_throughput, "pingpong": of_ping_pong, "idle": of_idle,
          "recover": of_recover, "loss": of_loss, "queue": of_queue}


def rows_of(runs, plan, steps):
    """Of the steps that were asked for; one without a value is shown as not measured."""
    return [row for step in steps if step in LIMITS for row in LIMITS[step](runs, plan)]
