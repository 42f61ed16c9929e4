"""Measures the Python package beside websockets and picows: throughput, ping-pong, memory of idle
links, import, and what is lost through a line that is cut.

Ends with 1 if one of our runs failed (with --strict also if a limit was not kept), with 2 if it
was used wrongly. Figures are medians over rounds.
"""

import argparse
import json
import signal
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

from paths import BUILT, PACKAGE, ROOT  # noqa: I001: makes the others importable
import clients
import machine
import report
import steps
from bench import Bench
from contenders import divide, first_line_of, python_package
from processes import Failed, raise_descriptor_limit
from rows import table
from steps import Plan

STEPS = tuple(steps.MEASURES)
PLANS = {
    "quick": Plan(rounds=3, seconds=0.4, ping_pongs=3000, links=(100, 1000), idle_rounds=1,
                  import_rounds=5, messages=20_000, cuts=5, loss_rounds=1),
    "full": Plan(rounds=7, seconds=1.0, ping_pongs=10_000, links=(1000, 5000), idle_rounds=3,
                 import_rounds=21, messages=100_000, cuts=20, loss_rounds=2),
}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0], prog="./dev bench python")
    parser.add_argument("--quick", action="store_const", dest="mode", const="quick",
                        default="full", help="fewer and shorter runs")
    parser.add_argument("--steps", default=",".join(STEPS), help=f"of: {', '.join(STEPS)}")
    parser.add_argument("--only", metavar="NAME", help="only clients whose name contains this")
    parser.add_argument("--rounds", type=int, help="of throughput and ping-pong")
    parser.add_argument("--strict", action="store_true", help="a limit not kept is a failure")
    parser.add_argument("--page", action="store_true",
                        help="write docs/performance/python.md and python.json; needs all of it")
    parser.add_argument("--json", type=Path, default=ROOT / "build/logs/bench-python.json")
    arguments = parser.parse_args()
    arguments.steps = arguments.steps.split(",")
    unknown = [step for step in arguments.steps if step not in STEPS]
    if unknown:
        parser.error(f"unknown step '{unknown[0]}': of {', '.join(STEPS)}")
    if arguments.rounds is not None and arguments.rounds < 1:
        parser.error(f"--rounds {arguments.rounds}: begins at 1")
    if arguments.page and (arguments.steps != list(STEPS) or arguments.only):
        parser.error("--page needs all steps and clients: leave --steps and --only out")
    return arguments


def versions():
    return {"resock": (ROOT / "VERSION").read_text(encoding="utf-8").strip(),
            **{name: python_package(name) for name in ("websockets", "picows", "uvloop")},
            "": first_line_of(clients.INTERPRETER, "--version")}


def measure(bench, names):
    """A step that fails does not keep the others from being measured."""
    for step in names:
        print(f"{step}:", flush=True)
        try:
            steps.MEASURES[step](bench)
        except Failed as error:
            bench.fail(step, "all of it", "the benchmark", str(error), is_ours=True)


def measured(arguments):
    """The report of a new run."""
    raise_descriptor_limit()
    plan = PLANS[arguments.mode]
    plan = replace(plan, rounds=arguments.rounds or plan.rounds)
    found = {"when": time.strftime("%Y-%m-%d %H:%M %Z"), "steps": arguments.steps,
             "plan": asdict(plan), "machine": machine.describe(), "versions": versions()}
    print(f"{found['machine']['cpu']}, {found['machine']['cores']} cores, load "
          f"{found['machine']['load_before'][0]} before", flush=True)
    present, absent = divide(clients.everybody())
    for name, why in absent.items():
        print(f"not there: {name}: {why}")
    present = [each for each in present if (arguments.only or "") in each.name]
    logs = ROOT / "build/logs"
    logs.mkdir(parents=True, exist_ok=True)
    with open(logs / "bench-python.log", "w", encoding="utf-8") as log:
        bench = Bench(plan, present, BUILT / "link/bench_echo_server",
                      ROOT / "build/release/cli/resock", None, log)
        measure(bench, arguments.steps)
    return {**found, "absent": absent, "failures": bench.failures, "runs": bench.runs}


def write(found, rows, arguments):
    text = json.dumps({**found, "rows": [row.json() for row in rows]}, indent=1) + "\n"
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    arguments.json.write_text(text, encoding="utf-8")
    if arguments.page:
        page = ROOT / "docs/performance/python.md"
        page.write_text(report.page(found), encoding="utf-8")
        page.with_suffix(".json").write_text(text, encoding="utf-8")


def main():
    arguments = parse_arguments()
    if not list((PACKAGE / "resock").glob("_core*.so")):
        sys.exit(f"{PACKAGE}/resock has no extension: `./dev bench python` builds it")
    began = time.monotonic()
    found = measured(arguments)
    rows = report.rows_of(found["runs"], arguments.steps)
    write(found, rows, arguments)
    print(f"took {time.monotonic() - began:.0f} s\n\n{table(rows)}\n")
    wrong = [f"{each['step']}, {each['case']}, {each['contender']}: {each['what']}"
             for each in found["failures"] if each["is_ours"]]
    wrong += [f"{name}: {why}" for name, why in found["absent"].items()
              if name.startswith("resock")]
    missed = list(report.missed(rows))
    for sentence in [*(f"FAILED: {each}" for each in wrong),
                     *(f"NOT KEPT: {each}" for each in missed)]:
        print(sentence)
    return 1 if wrong or (arguments.strict and missed) else 0


if __name__ == "__main__":
    # As an exception, so that the programs that it has started are ended, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
