#!/usr/bin/env python3
"""Plays every scenario in every language, and compares.

    run.py BUILD [--language NAME]... [--scenario TEXT]... [--page] [--show]

BUILD: the build tree of CMake. --page: writes docs/conformance.md. --show: every line.
"""

import argparse
import asyncio
import sys
import time
from pathlib import Path

import page
from driver import Driver
from languages import LANGUAGES, Missing, command_of, environment
from play import compare_languages
from scenario import all_scenarios

PATIENCE_S = 30
MOST_SHOWN = 20


def arguments_of(words):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("build", type=Path)
    parser.add_argument("--language", action="append", choices=LANGUAGES)
    parser.add_argument("--scenario", action="append", help="a part of its name")
    parser.add_argument("--page", action="store_true", help="write docs/conformance.md")
    parser.add_argument("--show", action="store_true", help="print every line")
    return parser.parse_args(words)


def drivers_of(names, build):
    made = {}
    for name in names:
        try:
            words = command_of(name, build)
        except Missing as missing:
            print(f"skipped: {name}: {missing}")
            continue
        made[name] = Driver(words, environment(build), PATIENCE_S)
    return made


def show(played):
    for language, scenarios in played.items():
        for name, each in scenarios.items():
            print(f"--- {name}, {language}", *each.lines, sep="\n")


def main(words):
    arguments = arguments_of(words)
    scenarios = [each for each in all_scenarios() if all(
        part in repr(each) for part in arguments.scenario or [])]
    drivers = drivers_of(arguments.language or LANGUAGES, arguments.build.resolve())
    if not scenarios or not drivers:
        sys.exit("no scenario or no language is left")
    begun = time.monotonic()
    played, problems = asyncio.run(compare_languages(scenarios, drivers))
    if arguments.show:
        show(played)
    print(*problems[:MOST_SHOWN], sep="\n\n")
    if len(problems) > MOST_SHOWN:
        print(f"\n... and {len(problems) - MOST_SHOWN} more")
    print(f"{len(scenarios)} scenarios in {', '.join(drivers)}: {len(problems)} problems, "
          f"{time.monotonic() - begun:.1f} s")
    if arguments.page and not problems:
        page.write(scenarios, played)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
