"""Measures a listener: latency of good links beside bad ones, memory, openings, idle links.

Ends with 1 if a message was lost or a server or a program of ours failed (with --strict also if a
limit was not kept), with 2 if it was used wrongly or the server does not start. Figures are medians
over rounds.
"""

import argparse
import json
import os
import resource
import shlex
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench/support"))

import figures
import steps
from clients import ClientFailed
from pinning import can_pin
from rows import table
from server import ServerFailed, ServerNotStarted, session_nice

RESOCK = shlex.quote(str(ROOT / "build/release/cli/resock"))
OURS = f"{RESOCK} serve --listen ws://127.0.0.1:0 --echo"
# Quick takes less than two minutes.
AMOUNTS = {
    "quick": {"rounds": 3, "seconds": 5, "kind_seconds": 3, "open_rounds": 6, "open_seconds": 1},
    "full": {"rounds": 5, "seconds": 10, "kind_seconds": 30, "open_rounds": 20, "open_seconds": 1},
}
# step: what it measures, the programs that it needs, then what makes rows of what it found
STEPS = {
    "steady": ("good links alone and beside bad ones", ["load", "misbehave"]),
    "kinds": ("each kind of bad link", ["opens", "misbehave"]),
    "opens": ("openings, in turn with Beast", ["opens", "beast_server"]),
    "idle": ("idle links", ["opens", "idle"]),
}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--server", default=OURS, metavar="COMMAND",
                        help="an echo server that first prints 'listening on ws://...'; "
                             "default: resock serve")
    parser.add_argument("--bin", type=Path, default=ROOT / "build/release/bench/listener",
                        help="where the programs of bench_listener are")
    parser.add_argument("--full", action="store_true", help="more rounds, longer")
    parser.add_argument("--steps", default=",".join(STEPS), help=f"of: {', '.join(STEPS)}")
    parser.add_argument("--rounds", type=int, help="of each measurement that is repeated")
    parser.add_argument("--seconds", type=float, help="of a run that measures latency")
    parser.add_argument("--links", type=int, default=2000, help="good ones")
    parser.add_argument("--bad-links", type=int, default=200)
    parser.add_argument("--rate", type=int, default=4000, help="writes/s of all bad links")
    parser.add_argument("--idle-links", type=int, default=10000)
    parser.add_argument("--nice", type=int, default=0,
                        help="of servers and clients; below 0 (as root) on a busy machine")
    parser.add_argument("--link-bound-kib", type=float, metavar="KIB",
                        help="what a bad link may take; without it only shown")
    parser.add_argument("--strict", action="store_true", help="a limit not kept is a failure")
    parser.add_argument("--json", type=Path, default=ROOT / "build/logs/bench-listener.json")
    arguments = parser.parse_args()
    unknown = [step for step in arguments.steps.split(",") if step not in STEPS]
    if unknown:
        parser.error(f"unknown step '{unknown[0]}': of {', '.join(STEPS)}")
    if min(arguments.rounds or 1, arguments.links, arguments.bad_links, arguments.rate,
           arguments.idle_links) < 1 or (arguments.seconds or 1) <= 0:
        parser.error("numbers of rounds, seconds, links and writes begin at 1")
    return arguments


def make_plan(arguments, log):
    amounts = dict(AMOUNTS["full" if arguments.full else "quick"])
    amounts.update({name: value for name in ("rounds", "seconds")
                    if (value := getattr(arguments, name)) is not None})
    return steps.Plan(bin=arguments.bin, server=arguments.server, log=log, links=arguments.links,
                      bad_links=arguments.bad_links, rate=arguments.rate,
                      idle_links=arguments.idle_links, nice=arguments.nice, **amounts)


def raise_descriptor_limit():
    """Servers and clients inherit it."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def measure(step, plan, arguments):
    """(what was found, its rows); (None, []) where a program is missing; a step that fails does
    not keep the others from being measured."""
    title, programs = STEPS[step]
    absent = [plan.program(name).name for name in programs if not plan.program(name).exists()]
    if absent:
        print(f"{title}: SKIPPED, {', '.join(absent)} is not in {plan.bin}; build bench_listener")
        return None, []
    print(title, flush=True)
    try:
        found = getattr(steps, f"measure_{step}")(plan)
    except ServerNotStarted:
        raise
    except (ServerFailed, ClientFailed) as error:
        return {"failure": str(error)}, []
    rows = {
        "steady": lambda: figures.rows_of_steady(found, plan.bad_links),
        "kinds": lambda: figures.rows_of_kinds(found, arguments.link_bound_kib),
        "opens": lambda: figures.rows_of_opens(found),
        "idle": lambda: figures.rows_of_idle(found),
    }[step]()
    return found, rows


def where():
    return {"cores": len(os.sched_getaffinity(0)), "load_before": round(os.getloadavg()[0], 2),
            "pinned": can_pin()}


def failures(found, rows, strict):
    """Sentences; empty if all is well."""
    for step in [step for step in found if "failure" in (found[step] or {})]:
        yield f"{step}: {found.pop(step)['failure']}"
    lost = sum(steps.missing(run["good"]) for runs in (found.get("steady") or {}).values()
               for run in runs)
    if lost:
        yield f"{lost:,} messages of good links were lost, wrong or not sent"
    for kind, measured in (found.get("kinds") or {}).items():
        if "failure" in measured:
            yield f"{kind}: {measured['failure']}"
        elif not measured["opened_after"]:
            yield f"after {kind} the server opened no connection any more"
    idle = (found.get("idle") or {}).get("ours")
    if idle and (idle["failed"] or idle["lost"]):
        yield (f"{idle['failed']:,} idle links were not opened ({idle['last_failure']}), "
               f"{idle['lost']:,} were lost")
    if strict:
        yield from (f"not kept: {row.what}" for row in rows if row.kept is False or not row.values)


def main():
    arguments = parse_arguments()
    raise_descriptor_limit()
    machine = where()
    print(f"server: {arguments.server}\n{machine['cores']} cores, "
          f"{'server on one, clients on another' if machine['pinned'] else 'NOT pinned'}, "
          f"load {machine['load_before']} before\n")
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    found, rows = {}, []
    with open(arguments.json.with_suffix(".log"), "w", encoding="utf-8") as log, \
            session_nice(arguments.nice):
        plan = make_plan(arguments, log)
        for step in arguments.steps.split(","):
            found[step], more = measure(step, plan, arguments)
            rows += more
    report = {"server": arguments.server, "machine": machine, "found": found,
              "rows": [row.json() for row in rows]}
    arguments.json.write_text(json.dumps(report, indent=1), encoding="utf-8")
    print(f"\n{table(rows)}\n\nall figures: {arguments.json}")
    wrong = list(failures(found, rows, arguments.strict))
    for sentence in wrong:
        print(f"FAILED: {sentence}")
    disturbed = steps.disturbed(found.get("steady"))
    if disturbed:
        print(f"NOTE: {disturbed}")
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ServerNotStarted as error:
        print(f"bench: {error}", file=sys.stderr)
        sys.exit(2)
