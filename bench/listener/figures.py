"""From measurements to rows that say whether a limit is kept."""

from rows import Row
from steps import is_disturbed, left_out_percent, missing

MOST_RATIO_OF_P99 = 2.0
MOST_BYTES_IDLE = 8192
LEAST_RATIO_OF_OPENS = 1.0


def rows_of_steady(found, bad_links):
    alone, beside = found["alone"], found["with_bad"]

    def p99_ms(run):
        return run["good"]["latency_us"]["p99"] / 1000

    ratios = [p99_ms(bad) / max(p99_ms(good), 0.001) for good, bad in zip(alone, beside)
              if not is_disturbed(good) and not is_disturbed(bad)]
    grown = [max(0, bad["rss"] - good["rss"]) / bad_links / 1024
             for good, bad in zip(alone, beside)]
    mib = 1024 * 1024
    rows = [
        Row("p99, good links alone", "ms", [p99_ms(run) for run in alone], digits=2),
        Row("p99, beside bad links", "ms", [p99_ms(run) for run in beside], digits=2),
        Row("ratio of these, by round", "x", ratios, at_most=MOST_RATIO_OF_P99, digits=2),
        Row("messages lost, in all runs", "messages",
            [sum(missing(run["good"]) for run in alone + beside)], at_most=0),
        Row("peak RSS, good links alone", "MiB", [run["rss"] / mib for run in alone], digits=1),
        Row("peak RSS, beside bad links", "MiB", [run["rss"] / mib for run in beside], digits=1),
        Row("memory for each bad link, mixed", "KiB", grown, digits=1),
    ]
    for name, runs in (("alone", alone), ("beside bad links", beside)):
        rows += [
            Row(f"server CPU, {name}", "%", [run["server_cpu_percent"] for run in runs]),
            Row(f"bench_load's own lateness p99, {name}", "ms",
                [run["good"]["sending_late_us"]["p99"] / 1000 for run in runs], digits=2),
            Row(f"bench_load CPU, {name}", "%", [run["good"]["cpu_percent"] for run in runs]),
        ]
    return rows + [
        Row("bench_misbehave CPU", "%", [run["bad"]["cpu_percent"] for run in beside]),
        Row("writes that it left out", "%", [left_out_percent(run["bad"]) for run in beside],
            digits=1),
    ]


def rows_of_kinds(found, bound_kib):
    return [Row(f"memory for each link of {kind}", "KiB", [measured["bytes_per_link"] / 1024],
                at_most=bound_kib)
            for kind, measured in found.items() if "failure" not in measured]


def rows_of_opens(found):
    def rates(side):
        return [run["opens_per_second"] for run in found[side]]

    ratios = [ours / max(beast, 1) for ours, beast in zip(rates("ours"), rates("beast"))]
    cpu = {side: [run["server_cpu_us_each"] for run in found[side]] for side in found}
    rows = [Row("opened", "connections/s", rates("ours")),
            Row("opened by Beast", "connections/s", rates("beast")),
            Row("ratio of these, by round", "x", ratios, at_least=LEAST_RATIO_OF_OPENS, digits=2)]
    return rows + [
        Row("server CPU for each opening", "us", cpu["ours"]),
        Row("Beast's CPU for each opening", "us", cpu["beast"]),
        Row("ratio, Beast's to ours, by round", "x",
            [beast / max(ours, 1) for ours, beast in zip(cpu["ours"], cpu["beast"])], digits=2),
        Row("bench_opens CPU, against ours", "%", [run["cpu_percent"] for run in found["ours"]]),
    ]


def rows_of_idle(found):
    rows = [Row(f"idle link, {found['ours']['links']:,} of them, PSS", "bytes",
                [found["ours"]["pss_per_link"]], at_most=MOST_BYTES_IDLE)]
    if "beast" in found:
        rows.append(Row("idle link of Beast, PSS", "bytes", [found["beast"]["pss_per_link"]]))
    return rows
