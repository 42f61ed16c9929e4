"""50,000 numbered messages to an unchanged server over a line that is cut ten times: once with
`resock connect`, once with the reconnecting client of Python's `websockets`, at the same time.

Ends with status 1 if resock lost a message or changed the order, or if the line held.
"""

import argparse
import asyncio
import statistics
import sys
from pathlib import Path

from side import HERE, Side

RESETS = 10
LIVE_INTERVAL_S = {True: 0.1, False: 2.0}  # by: is it a terminal?


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--resock", required=True, type=Path, help="the program `resock`")
    parser.add_argument("--log", type=Path, default=Path("/dev/null"), help="resock's events")
    parser.add_argument("--messages", type=int, default=50000)
    parser.add_argument("--rate", type=float, default=5000, help="messages per second")
    parser.add_argument("--delay-ms", type=float, default=10, help="one-way delay of the line")
    parser.add_argument("--reset-every", type=float, default=0.6, metavar="SECONDS",
                        help="age at which a connection is cut, give or take a quarter")
    parser.add_argument("--seed", type=int, default=1, help="of the cuts")
    parser.add_argument("--timeout", type=float, default=60, metavar="SECONDS")
    return parser.parse_args()


def make_sides(arguments, log):
    faults = ["--reset-every", arguments.reset_every, "--resets", RESETS,
              "--delay-ms", arguments.delay_ms, "--seed", arguments.seed]
    # Both try again at once after a cut, so that the times can be compared: reconnect.min=0, and
    # with reset_after each cut is a first one, although they come seconds apart.
    resock = Side("resock", lambda url: [arguments.resock, "connect", url, "--events", "--json",
                                         "--set", "reconnect.min=0",
                                         "--set", "reconnect.reset_after=100ms"], faults, log)
    ordinary = Side("websockets", lambda url: [sys.executable, HERE / "ordinary_client.py", url],
                    faults, None)
    return [resock, ordinary]


async def show_live(sides):
    """Counts while it runs: one line that changes on a terminal, else a line now and then."""
    on_terminal = sys.stdout.isatty()
    elapsed = 0.0
    while True:
        await asyncio.sleep(LIVE_INTERVAL_S[on_terminal])
        elapsed += LIVE_INTERVAL_S[on_terminal]
        parts = [f"{side.name}: sent {side.sent:,} arrived {side.counts['distinct']:,} "
                 f"cuts {len(side.resets_at)}" for side in sides]
        line = f"{elapsed:5.1f} s  " + "  |  ".join(parts)
        print(f"\r{line}\x1b[K" if on_terminal else line, end="" if on_terminal else "\n",
              flush=True)


def milliseconds(values, choose):
    return f"{choose(values) * 1000:,.0f} ms" if values else "-"


def rows_of(side):
    downtimes = side.downtimes()
    return {
        "sent": f"{side.sent:,}",
        "arrived (distinct)": f"{side.counts['distinct']:,}",
        "lost": f"{side.lost:,}",
        "arrived twice": f"{side.counts['twice']:,}",
        "out of order": f"{side.counts['out_of_order']:,}",
        "connections": side.connections,
        "cuts": len(side.resets_at),
        "time down, median": milliseconds(downtimes, statistics.median),
        "time down, worst": milliseconds(downtimes, max),
        "whole run": f"{side.seconds:.1f} s",
    }


def print_table(sides):
    tables = [rows_of(side) for side in sides]
    print(f"\n{'':20}" + "".join(f"{side.name:>14}" for side in sides))
    for row in tables[0]:
        print(f"{row:20}" + "".join(f"{table[row]:>14}" for table in tables))
    print("\nOut of order: resends aside. Time down: from the proxy's reset to the first message "
          "\nthat reaches the server on a new connection.")


def complaints(side, messages):
    """What resock did not keep to, and what makes the demo prove nothing; empty if all is well."""
    found = []
    if side.exit_status != 0:
        found.append(f"`resock connect` ended with {side.exit_status}")
    if side.sent < messages or side.lost:
        found.append(f"{messages - side.counts['distinct']:,} messages did not arrive")
    if side.counts["out_of_order"]:
        found.append(f"{side.counts['out_of_order']:,} messages arrived out of order")
    if len(side.resets_at) < RESETS:
        found.append(f"only {len(side.resets_at)} of {RESETS} cuts happened: slow the stream down "
                     "(--rate) or cut sooner (--reset-every)")
    return found


async def run(arguments):
    arguments.log.parent.mkdir(parents=True, exist_ok=True)
    print(f"{arguments.messages:,} messages at {arguments.rate:,.0f}/s, {RESETS} resets, "
          f"{arguments.delay_ms:g} ms one way, server: Python websockets\n")
    with open(arguments.log, "w", encoding="utf-8") as log:
        sides = make_sides(arguments, log)
        live = asyncio.create_task(show_live(sides))
        await asyncio.gather(*(side.run(arguments.messages, arguments.rate, arguments.timeout)
                               for side in sides))
        live.cancel()
    print_table(sides)
    found = complaints(sides[0], arguments.messages)
    for complaint in found:
        print(f"FAILED: {complaint}")
    if found:
        print(f"resock's events: {arguments.log}")
    return 1 if found else 0


def main():
    arguments = parse_arguments()
    if not arguments.resock.is_file():
        sys.exit(f"{arguments.resock} does not exist: build it (./dev demo does)")
    return asyncio.run(run(arguments))


if __name__ == "__main__":
    sys.exit(main())
