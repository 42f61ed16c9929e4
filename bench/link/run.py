"""Measures our client: throughput, ping-pong, memory, recovery, loss, and others beside it.

Ends with 1 if one of our runs failed (with --strict also if a limit was not kept), with 2 if it
was used wrongly. Figures are medians over rounds; results.md says all of them.
"""

import argparse
import json
import signal
import sys
import tempfile
import time
from dataclasses import asdict, replace
from pathlib import Path

# First, since it makes the others importable.
from paths import ROOT

import contenders
import machine
import report
import steps
from authority import Authority
from bench import Bench, Plan
from processes import Failed, raise_descriptor_limit
from rows import table

PLANS = {
    "quick": Plan(cases=((64, "ws"), (65536, "ws"), (64, "wss")), rounds=3, seconds=0.4,
                  ping_pongs=10_000, idle_links=(1, 1000), idle_rounds=1, recoveries=50,
                  loss_seconds=3, loss_rounds=1, cuts=10, queued=1_000_000, instructions=False),
    "all": Plan(cases=tuple((size, scheme) for scheme in ("ws", "wss") for size in steps.IN_FLIGHT),
                rounds=5, seconds=1.0, ping_pongs=20_000, idle_links=(1, 1000, 10_000),
                idle_rounds=2, recoveries=200, loss_seconds=6, loss_rounds=2, cuts=20,
                queued=1_000_000, instructions=True),
    "java": Plan(cases=((64, "ws"),), rounds=3, seconds=2.0, ping_pongs=20_000,
                 idle_links=(1, 1000), idle_rounds=2, recoveries=0, loss_seconds=0, loss_rounds=0,
                 cuts=0, queued=0, instructions=False),
}
JAVA_STEPS = ["throughput", "unpinned", "pingpong", "idle"]


def parse_arguments():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__.split("\n\n")[0])
    mode = parser.add_mutually_exclusive_group(required=True)
    mode.add_argument("--quick", action="store_const", dest="mode", const="quick",
                      help="ours against Beast; 2 minutes")
    mode.add_argument("--all", action="store_const", dest="mode", const="all",
                      help="all sizes, all clients; writes docs/performance")
    mode.add_argument("--java", action="store_const", dest="mode", const="java",
                      help="our Java binding against clients in Java")
    mode.add_argument("--render", type=Path, metavar="FILE",
                      help="write tables and charts of this results.json again")
    parser.add_argument("--steps", help=f"of: {', '.join(contenders.STEPS)}")
    parser.add_argument("--only", metavar="NAME", help="only clients whose name contains this")
    parser.add_argument("--rounds", type=int, help="of each measurement")
    parser.add_argument("--seconds", type=float, help="of a throughput run")
    parser.add_argument("--bin", type=Path, default=ROOT / "build/release/bench/link",
                        help="where the programs of bench_link are")
    parser.add_argument("--resock", type=Path, default=ROOT / "build/release/cli/resock",
                        help="the command whose `chaos` cuts connections")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="of the results")
    parser.add_argument("--strict", action="store_true", help="a limit not kept is a failure")
    arguments = parser.parse_args()
    if arguments.steps:
        arguments.steps = arguments.steps.split(",")
    else:
        arguments.steps = JAVA_STEPS if arguments.mode == "java" else list(contenders.STEPS)
    unknown = [step for step in arguments.steps if step not in contenders.STEPS]
    if unknown:
        parser.error(f"unknown step '{unknown[0]}': of {', '.join(contenders.STEPS)}")
    if (arguments.rounds or 1) < 1 or (arguments.seconds or 1) <= 0:
        parser.error("numbers of rounds and seconds begin at 1")
    return arguments


def make_plan(arguments):
    plan = PLANS[arguments.mode]
    rounds = dict.fromkeys(("rounds", "idle_rounds", "loss_rounds"), arguments.rounds)
    return replace(plan, **(rounds if arguments.rounds else {}),
                   seconds=arguments.seconds or plan.seconds)


def folder_of(arguments):
    """Only a whole run replaces what the documents show."""
    is_whole = arguments.steps == list(contenders.STEPS) and not arguments.only
    if arguments.out:
        return arguments.out
    if arguments.render:
        return arguments.render.parent
    return ROOT / ("docs/performance" if arguments.mode == "all" and is_whole
                   else "build/logs/bench-link")


def choose(arguments):
    if arguments.mode == "java":
        everybody = contenders.of_java()
    else:
        everybody = contenders.of_this_project(arguments.bin, arguments.mode == "all")
    if arguments.mode == "all":
        everybody += contenders.of_others()
    present, absent = contenders.divide(everybody)
    for name, why in absent.items():
        print(f"not there: {name}: {why}")
    if arguments.only:
        present = [each for each in present if arguments.only in each.name]
    return present, absent


def make_authority(folder):
    try:
        return Authority(Path(folder))
    except OSError:
        return None


def measure(bench, arguments):
    """A step that fails does not keep the others from being measured."""
    for step in arguments.steps:
        print(f"{step}:", flush=True)
        try:
            steps.MEASURES[step](bench)
        except Failed as error:
            bench.fail(step, "all of it", "the benchmark", str(error), is_ours=True)


def measured(arguments):
    """The report of a new run."""
    raise_descriptor_limit()
    found = {"mode": f"--{arguments.mode}", "when": time.strftime("%Y-%m-%d %H:%M %Z"),
             "steps": arguments.steps, "machine": machine.describe(),
             "versions": contenders.versions()}
    print(f"{found['machine']['cpu']}, {found['machine']['cores']} cores, "
          f"{'server on one, client on another' if found['machine']['pinned'] else 'NOT pinned'}"
          f", load {found['machine']['load_before'][0]} before")
    present, absent = choose(arguments)
    logs = ROOT / "build/logs"
    logs.mkdir(parents=True, exist_ok=True)
    with open(logs / "bench-link.log", "w", encoding="utf-8") as log, \
            tempfile.TemporaryDirectory() as folder:
        bench = Bench(make_plan(arguments), present, arguments.bin / "bench_echo_server",
                      arguments.resock, make_authority(folder), log)
        measure(bench, arguments)
    return {**found, "plan": asdict(bench.plan), "absent": absent, "failures": bench.failures,
            "runs": bench.runs}


def main():
    arguments = parse_arguments()
    if arguments.render:
        found = json.loads(arguments.render.read_text(encoding="utf-8"))
    else:
        began = time.monotonic()
        found = measured(arguments)
        print(f"took {time.monotonic() - began:.0f} s")
    folder = folder_of(arguments)
    report.write(found, folder)
    rows = report.report_rows(found)
    print(f"\n{table(rows)}\n\nall figures: {folder / 'results.md'}")
    wrong = [f"{each['step']}, {each['case']}, {each['contender']}: {each['what']}"
             for each in found["failures"] if each["is_ours"]]
    # Those of others may be missing; these are built here.
    wrong += [f"{name}: {why}" for name, why in found["absent"].items()
              if name.startswith(("resock", "Beast"))]
    if not any(run["result"] for run in found["runs"]):
        wrong.append("nothing was measured")
    if arguments.strict:
        wrong += [f"not kept: {row.what}" for row in rows
                  if row.kept is False or (row.has_limit and not row.values)]
    for sentence in wrong:
        print(f"FAILED: {sentence}")
    return 1 if wrong else 0


if __name__ == "__main__":
    # As an exception, so that the programs that it has started are ended, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
