"""From runs to files: results.json, results.md and the charts."""

import json
from statistics import median

import chart
from contenders import BEAST
from figures import (INSTRUCTIONS, cases_of, contenders_of, links_case, main_figure, ratios,
                     spread, values_of)
from limits import rows_of
from rows import table

KIB, MIB = 1 / 1024, 1 / 2**20
# step: (title, [(column, figure, digits, scale)]); a figure with a "/" is a ratio to plain Beast
TABLES = {
    "throughput": ("Throughput", [("messages/s", "per_second", 0, 1),
                                  ("to plain Beast", "/per_second", 2, 1),
                                  ("CPU of a message, µs", "cpu_us_each", 2, 1)]),
    "unpinned": ("Throughput, not pinned (not judged)",
                 [("messages/s", "per_second", 0, 1), ("to plain Beast", "/per_second", 2, 1),
                  ("CPU of a message, µs", "cpu_us_each", 2, 1)]),
    "pingpong": ("Ping-pong", [("p50, µs", "p50_us", 1, 1), ("p90, µs", "p90_us", 1, 1),
                               ("p99, µs", "p99_us", 1, 1), ("max, µs", "max_us", 0, 1),
                               ("p50 to plain Beast", "/p50_us", 2, 1),
                               ("p99 to plain Beast", "/p99_us", 2, 1)]),
    "idle": ("Idle memory", [("a link, KiB", "pss_per_link", 1, KIB),
                             ("the process, MiB", "pss_with", 1, MIB)]),
    "recover": ("From a cut to the next message", [("p50, µs", "p50_us", 0, 1)]),
    "loss": ("Loss under cuts", [("sent", "sent", 0, 1), ("lost", "lost", 0, 1),
                                 ("arrived twice", "arrived_twice", 0, 1),
                                 ("out of order", "out_of_order", 0, 1), ("cuts", "cuts", 0, 1),
                                 ("reconnects", "reconnects", 0, 1)]),
    "queue": ("Cost against the length of the queue", []),
}
QUEUE_COLUMNS = [("CPU of a message, µs", "cpu_us_each", 3, 1),
                 ("messages/s", "per_second", 0, 1)]
INSTRUCTION_COLUMNS = [("instructions of a message", "instructions_each", 1, 1)]
# step: what the axis of its charts shows, scale
AXES = {
    "throughput": ("messages/s", 1),
    "unpinned": ("messages/s", 1),
    "pingpong": ("p50 of the round trip of 64 B, µs", 1),
    "idle": ("memory of a link, KiB", KIB),
    "recover": ("p50 of the time to the next message, µs", 1),
    "loss": ("messages lost", 1),
    "queue": ("CPU time of a message, µs", 1),
}


def cell(runs, step, case, name, column):
    _, figure, digits, scale = column
    values = values_of(runs, step, case, name, figure.lstrip("/"))
    if figure.startswith("/"):
        found = ratios(values, values_of(runs, step, case, BEAST, figure[1:]))
        return spread(found, digits)
    return spread(list(values.values()), digits, scale)


def case_table(runs, step, case):
    columns = TABLES[step][1] or (INSTRUCTION_COLUMNS if case == INSTRUCTIONS else QUEUE_COLUMNS)
    lines = [f"| client | {' | '.join(column[0] for column in columns)} | rounds |",
             f"|---|{'---:|' * (len(columns) + 1)}"]
    for name in contenders_of(runs, step, case):
        taken = [run for run in runs
                 if (run["step"], run["case"], run["contender"]) == (step, case, name)]
        good = sum(not run["failure"] for run in taken)
        rounds = f"{good}" if good == len(taken) else f"{good} of {len(taken)}, others **FAILED**"
        cells = [cell(runs, step, case, name, column) for column in columns]
        lines.append(f"| {' | '.join([name, *cells, rounds])} |")
    return "\n".join(lines)


def machine_table(report):
    machine = report["machine"]
    facts = {
        "processor": f"{machine['cpu']}, {machine['cores']} cores", "system": machine["system"],
        "memory": f"{machine['memory_gib']} GiB", "kernel": machine["kernel"],
        "compiler": machine["compiler"],
        "server and client": "each on its own core" if machine["pinned"] else "NOT pinned",
        "load before (1, 5, 15 min)": ", ".join(map(str, machine["load_before"])),
        "measured": report["when"], **report["versions"]}
    return "\n".join(["| what | |", "|---|---|", *(f"| {name} | {fact} |"
                                                   for name, fact in facts.items())])


def markdown(report):
    """results.md, without a figure that is not in the report."""
    runs = report["runs"]
    parts = ["# Results", f"Written by `./dev bench {report['mode']}`; every single run is in "
             "results.json, what the figures mean in [README.md](README.md). A figure is the "
             "median of its rounds, with the lowest and the highest; a ratio is taken in each "
             "round.",
             "## Limits", table(report_rows(report)) if report_rows(report) else "None measured."]
    for title, found in (("Failed", [f"{each['step']}, {each['case']}, {each['contender']}: "
                                     f"{each['what']}" for each in report["failures"]]),
                         ("Not there", [f"{name}: {why}"
                                        for name, why in report["absent"].items()])):
        if found:
            parts += [f"## {title}", "\n".join(f"- {sentence}" for sentence in found)]
    for step in report["steps"]:
        parts.append(f"## {TABLES[step][0]}")
        for case in cases_of(runs, step):
            parts += [f"### {TABLES[step][0]}: {case}", case_table(runs, step, case)]
    return "\n\n".join([*parts, "## Machine and versions", machine_table(report)]) + "\n"


def report_rows(report):
    return rows_of(report["runs"], report["plan"], report["steps"])


def shown(step, case):
    """(what a chart shows of a case, the title of its axis, scale)."""
    if (step, case) == ("idle", links_case(1)):
        return "pss_with", "memory of the whole process, MiB", MIB
    return (main_figure(step, case), *AXES[step])


def panel_of(runs, step, case):
    figure, axis, scale = shown(step, case)
    bars = []
    for name in contenders_of(runs, step, case):
        values = [scale * value for value in values_of(runs, step, case, name, figure).values()]
        if values:
            bars.append(chart.Bar(name, min(values), median(values), max(values)))
    return chart.Panel(case, axis, bars) if bars else None


def charts(report):
    """{file name: SVG}; throughput with and without TLS apart."""
    panels = {}
    for step in report["steps"]:
        for case in cases_of(report["runs"], step):
            panel = panel_of(report["runs"], step, case)
            if panel and case != INSTRUCTIONS:
                scheme = f"-{case.split()[-1]}" if step == "throughput" else ""
                panels.setdefault((step, f"{step}{scheme}.svg"), []).append(panel)
    return {name: chart.draw(TABLES[step][0], found) for (step, name), found in panels.items()}


def write(report, folder):
    """All files; charts of an earlier run that this one did not draw are removed."""
    folder.mkdir(parents=True, exist_ok=True)
    report["rows"] = [row.json() for row in report_rows(report)]
    (folder / "results.json").write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n",
                                         encoding="utf-8")
    (folder / "results.md").write_text(markdown(report), encoding="utf-8")
    drawings = charts(report)
    for old in folder.glob("*.svg"):
        if old.name not in drawings:
            old.unlink()
    for name, drawing in drawings.items():
        (folder / name).write_text(drawing, encoding="utf-8")
