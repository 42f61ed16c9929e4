"""Measures what a language costs that loads the library at run time: messages of 64 bytes, 1,000 in
flight, echoed by bench_echo_server, with packed sending and polling. All take turns in each round.

Ends with 1 if a message was lost, doubled or came out of order, or a program failed (with --strict
also if a limit was not kept), with 2 if it was used wrongly. Figures are medians over rounds.
"""

import argparse
import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import paths  # noqa: F401  first, since it makes the others importable
from paths import ROOT

from machine import describe
from pinning import CLIENT_CORE
from processes import EchoServer, Failed, result_of
from rows import Row, table

BUILT = ROOT / "build/release"
MADE = ROOT / "build/dlopen"
HERE = ROOT / "bench/dlopen"
REFERENCE = "C"


@dataclass(frozen=True)
class Language:
    """`at_least` is its limit, beside C; of a slow one fewer messages do."""
    name: str
    words: tuple
    at_least: float = None
    share: float = 1

    def absent(self):
        """What is missing; None where it can run."""
        return next((str(word) for word in self.words
                     if not (Path(word).exists() or shutil.which(word))), None)


LANGUAGES = (
    Language(REFERENCE, (BUILT / "bench/dlopen/bench_dlopen_c",)),
    Language("Go", (MADE / "go/throughput",), at_least=0.8),
    Language("Rust", (MADE / "rust/throughput",), at_least=0.8),
    Language("Node", ("node", MADE / "node/bench/dlopen/node/throughput.mjs"), at_least=0.3),
    Language("LuaJIT", ("luajit", HERE / "lua/throughput.lua")),
    Language("Python", (sys.executable, HERE / "python/throughput.py"), share=0.2),
    Language("Ruby", ("ruby", HERE / "ruby/throughput.rb"), share=0.2),
)


def parse_arguments():
    names = ",".join(each.name for each in LANGUAGES)
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0],
                                     prog="./dev bench dlopen")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--messages", type=int, default=1_000_000, help="of a run")
    parser.add_argument("--only", default=names, help=f"beside C, of: {names}")
    parser.add_argument("--strict", action="store_true", help="a limit not kept is a failure")
    parser.add_argument("--json", type=Path, default=ROOT / "build/logs/bench-dlopen.json")
    arguments = parser.parse_args()
    unknown = set(arguments.only.split(",")) - set(names.split(","))
    if unknown:
        parser.error(f"unknown language '{min(unknown)}': of {names}")
    if arguments.rounds < 1 or arguments.messages < 100:
        parser.error("--rounds begins at 1, --messages at 100")
    return arguments


def measure(language, server, messages, log):
    """Messages a second of one run."""
    words = [*language.words, server.url, max(20, int(messages * language.share))]
    env = {"RESOCK_LIBRARY": str(BUILT / "capi/libresock.so.0"), "PYTHONDONTWRITEBYTECODE": "1"}
    found = result_of(words, log, CLIENT_CORE, env)
    if found["wrong"]:
        raise Failed(f"{language.name}: {found['wrong']:,} messages were not the next one")
    return found["messages_per_s"]


def measure_all(languages, rounds, messages, log):
    """{name: messages a second of each round}; one that fails is told and left out from then on."""
    found, failed = {each.name: [] for each in languages}, {}
    with EchoServer(BUILT / "bench/link/bench_echo_server", log) as server:
        for number in range(1, rounds + 1):
            print(f"round {number} of {rounds}", flush=True)
            for each in languages:
                if each.name in failed:
                    continue
                try:
                    found[each.name].append(measure(each, server, messages, log))
                except Failed as error:
                    failed[each.name] = f"{each.name}: FAILED, {error}"
    return found, list(failed.values())


def rows_of(languages, found):
    """Each language, and beside C in the same round."""
    for each in languages:
        yield Row(each.name, "messages/s", found[each.name])
    for each in languages:
        if each.name != REFERENCE:
            ratios = [one / other for one, other in zip(found[each.name], found[REFERENCE])]
            yield Row(f"{each.name} beside C", "ratio", ratios, at_least=each.at_least, digits=2)


def main():
    arguments = parse_arguments()
    chosen = [each for each in LANGUAGES
              if each.name == REFERENCE or each.name in arguments.only.split(",")]
    absent = {each.name: each.absent() for each in chosen if each.absent()}
    for name, what in absent.items():
        print(f"{name} is left out: {what} is not there; `./dev bench dlopen` makes it")
    if REFERENCE in absent:
        return 1
    languages = [each for each in chosen if each.name not in absent]
    machine = describe()
    (ROOT / "build/logs").mkdir(parents=True, exist_ok=True)
    with open(ROOT / "build/logs/bench-dlopen.log", "w", encoding="utf-8") as log:
        found, failed = measure_all(languages, arguments.rounds, arguments.messages, log)
    rows = list(rows_of(languages, found))
    print(table(rows))
    machine["load_after"] = round(os.getloadavg()[0], 2)
    arguments.json.write_text(json.dumps(
        {"machine": machine, "rows": [row.json() for row in rows]}, indent=1) + "\n", "utf-8")
    missed = [row.what for row in rows if row.has_limit and not row.kept]
    for line in [*failed, *(f"NOT KEPT: {what}" for what in missed)]:
        print(line)
    return 1 if failed or (arguments.strict and missed) else 0


if __name__ == "__main__":
    sys.exit(main())
