"""Measures sessions (resock.v1): throughput beside a plain link, the durable outbox beside SQLite
alone, how soon a resume carries messages, what idle sessions take.

Ends with 1 if a message was lost, doubled or came out of order, or a program failed (with --strict
also if a limit was not kept), with 2 if it was used wrongly. Figures are medians over rounds.
"""

import argparse
import json
import os
import sys
from pathlib import Path

import report
import steps
from machine import describe
from paths import ROOT
from processes import Failed
from programs import CLIENT, SERVER, STORE
from rows import table

STEPS = tuple(report.ROWS)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0],
                                     prog="./dev bench sessions")
    parser.add_argument("--steps", default=",".join(STEPS), help=f"of: {', '.join(STEPS)}")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--messages", type=int, default=1_000_000, help="of a run of throughput")
    parser.add_argument("--in-flight", type=int, default=1000)
    parser.add_argument("--resumes", type=int, default=20)
    parser.add_argument("--links", type=int, default=10000, help="idle ones")
    parser.add_argument("--idle-seconds", type=float, default=30)
    parser.add_argument("--folder", help="for outboxes: on the disk to be measured")
    parser.add_argument("--strict", action="store_true", help="a limit not kept is a failure")
    parser.add_argument("--page", action="store_true",
                        help="write docs/performance/sessions.md and sessions.json; needs all steps")
    parser.add_argument("--json", type=Path, default=ROOT / "build/logs/bench-sessions.json")
    arguments = parser.parse_args()
    unknown = [step for step in arguments.steps.split(",") if step not in STEPS]
    if unknown:
        parser.error(f"unknown step '{unknown[0]}': of {', '.join(STEPS)}")
    if min(arguments.rounds, arguments.in_flight, arguments.resumes, arguments.links) < 1:
        parser.error("numbers of rounds, resumes, links and messages in flight begin at 1")
    if arguments.messages < 100 or arguments.idle_seconds <= 0:
        parser.error("--messages begins at 100, --idle-seconds above 0")
    if arguments.folder and not Path(arguments.folder).is_dir():
        parser.error(f"--folder {arguments.folder} is no folder: make it, or name another")
    if arguments.page and arguments.steps != ",".join(STEPS):
        parser.error("--page needs all steps: leave --steps out")
    return arguments


def measure(step, plan):
    """(what was found, its rows); a step that fails does not keep the others from being measured."""
    print(report.TITLES[step], flush=True)
    found = getattr(steps, f"measure_{step}")(plan)
    return found, list(report.ROWS[step](found))


def write_json(path, machine, found, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"machine": machine, "found": found,
                                "rows": [row.json() for row in rows]}, indent=1) + "\n",
                    encoding="utf-8")


def main():
    arguments = parse_arguments()
    absent = [str(each) for each in (CLIENT, SERVER, STORE) if not each.exists()]
    if absent:
        sys.exit(f"{absent[0]} is missing: `./dev bench sessions` builds it")
    machine = {**describe(), "load_before": []}
    found, rows, sections, failed = {}, [], [], []
    (ROOT / "build/logs").mkdir(parents=True, exist_ok=True)
    with open(ROOT / "build/logs/bench-sessions.log", "w", encoding="utf-8") as log:
        plan = steps.Plan(log, arguments.rounds, arguments.messages, arguments.in_flight,
                          arguments.resumes, arguments.links, arguments.idle_seconds,
                          arguments.folder)
        for step in arguments.steps.split(","):
            machine["load_before"].append(round(os.getloadavg()[0], 1))
            try:
                found[step], mine = measure(step, plan)
            except Failed as error:
                failed.append(f"{step}: FAILED, {error}")
                continue
            rows += mine
            sections.append(report.section(step, mine, plan))
            print(table(mine), flush=True)
    write_json(arguments.json, machine, found, rows)
    if arguments.page and not failed:
        page = ROOT / "docs/performance/sessions.md"
        page.write_text(report.page(sections, machine), encoding="utf-8")
        write_json(page.with_suffix(".json"), machine, found, rows)
    missed = list(report.missed(rows))
    for line in [*failed, *(f"NOT KEPT: {line}" for line in missed)]:
        print(line)
    return 1 if failed or (arguments.strict and missed) else 0


if __name__ == "__main__":
    sys.exit(main())
