"""What is measured, one function for each; every one starts its own servers."""

import shlex
import time
from dataclasses import dataclass
from pathlib import Path

from clients import Client, ClientFailed, result_of
from server import CpuUse, Server, ServerFailed

KINDS = ["slow-opening", "ping-flood", "fragments", "no-reading", "garbage", "connection-flood"]
# Seconds for opening, draining and ending beside what a program was told to take.
MARGIN_S = 60
RAMP_S = 2
OVERLAP_S = 2
# The bad clients share a core with the good ones and must not take it from them: what they do to
# the server is measured, not what they do to the clock of the good ones. Below the others' by so
# much:
BAD_NICE = 10
SETTLE_S = 0.5
OPENS_RAMP_S = 0.3
# A run whose good clients themselves were later than this says more about the machine.
DISTURBED_US = 1000
MOST_LEFT_OUT_PERCENT = 5


@dataclass
class Plan:
    """How much is measured."""
    bin: Path
    server: str
    log: object
    links: int
    bad_links: int
    rate: int
    rounds: int
    seconds: float
    kind_seconds: float
    open_rounds: int
    open_seconds: float
    idle_links: int
    nice: int

    def serve(self, command=None):
        """The server that is measured, or another one."""
        return Server(command or self.server, self.log, self.nice)

    def run(self, name, server, *arguments, seconds=0, nice=0):
        """Runs bench_NAME against the server to its end; its only line."""
        return result_of(self.program(name), server.url, *arguments,
                         timeout_s=seconds + MARGIN_S, nice=self.nice + nice)

    def touch(self, server):
        """Some connections come and go: what is loaded once is no link's. Is it serving?"""
        return self.run("opens", server, "--seconds", 0.3, "--ramp", 0.1)["opened"]

    def reference(self):
        return shlex.quote(str(self.program("beast_server")))

    def program(self, name):
        return self.bin / f"bench_{name}"


def say(text):
    print(f"    {text}", flush=True)


def steady(plan, with_bad):
    """Good links alone, or beside bad ones, on a fresh server."""
    duration_s = RAMP_S + plan.seconds
    with plan.serve() as server, \
            Client(plan.program("load"), server.url, "--links", plan.links, "--seconds",
                   plan.seconds, "--ramp", RAMP_S, timeout_s=duration_s + MARGIN_S,
                   nice=plan.nice) as load:
        load.next_line()  # all links are open
        bad = None
        with CpuUse(server) as use:
            if with_bad:
                bad = plan.run("misbehave", server, "--links", plan.bad_links, "--rate",
                               plan.rate, "--seconds", duration_s + OVERLAP_S,
                               seconds=duration_s, nice=BAD_NICE)
            good = load.next_line()
        found = {"good": good, "bad": bad, "rss": server.peak_rss(),
                 "server_cpu_percent": round(use.percent)}
    say(f"{'with' if with_bad else 'without'} bad links: p99 "
        f"{good['latency_us']['p99'] / 1000:.2f} ms, server {found['server_cpu_percent']} % CPU, "
        f"lost {missing(good)}")
    return found


def missing(good):
    """Messages that should have come back and did not come back right, and links not opened."""
    return good["lost"] + good["wrong"] + good["unsent"] + good["failed_openings"]


def measure_steady(plan):
    alone, beside = [], []
    for _ in range(plan.rounds):
        alone.append(steady(plan, False))
        beside.append(steady(plan, True))
    return {"alone": alone, "with_bad": beside}


def is_disturbed(run):
    """Had the machine other things to do, so that this run says more about it than the server?"""
    late = run["good"]["sending_late_us"]["p99"] > DISTURBED_US
    return late or bool(run["bad"] and left_out_percent(run["bad"]) > MOST_LEFT_OUT_PERCENT)


def disturbed(found):
    """A sentence about runs of measure_steady, empty where all is well."""
    runs = [run for side in (found or {}).values() for run in side]
    count = sum(map(is_disturbed, runs))
    if not count:
        return ""
    return (f"in {count} of {len(runs)} runs bench_load itself was more than "
            f"{DISTURBED_US / 1000:g} ms late (p99), or the bad links left out more than "
            f"{MOST_LEFT_OUT_PERCENT} % of their writes: the machine was busy with something "
            "else; their ratios are not counted. Measure again, or with --nice -15 as root")


def left_out_percent(bad):
    """The part of the bad links' turns that came too late to be taken."""
    return 100 * bad["turns_left_out"] / max(1, bad["turns"])


def one_kind(plan, kind):
    """Memory that bad links of one kind, and nobody else, make a fresh server take."""
    links = max(1, plan.bad_links // 4)
    with plan.serve() as server:
        plan.touch(server)
        before = server.rss()
        bad = plan.run("misbehave", server, "--kinds", kind, "--links", links, "--rate", plan.rate,
                       "--seconds", plan.kind_seconds, seconds=plan.kind_seconds)
        per_link = max(0, server.peak_rss() - before) // links
        opened_after = plan.touch(server)
    say(f"{kind}: {per_link / 1024:,.0f} KiB a link; {outcome(bad['kinds'][kind])}")
    return {"bytes_per_link": per_link, "bad": bad, "opened_after": opened_after}


def outcome(counts):
    """What the server did to one kind, in words."""
    parts = [f"{how} x{count}" for how, count in counts["ended"].items()]
    if counts["still_connected"]:
        parts.append(f"{counts['still_connected']} of {counts['links']} still connected")
    return ", ".join(parts) or "nothing"


def measure_kinds(plan):
    """One that brings the server down does not hide what the others do."""
    found = {}
    for kind in KINDS:
        try:
            found[kind] = one_kind(plan, kind)
        except (ServerFailed, ClientFailed) as error:
            found[kind] = {"failure": str(error)}
            say(f"{kind}: FAILED, {error}")
    return found


def opens_of(plan, server):
    with CpuUse(server) as use:
        found = plan.run("opens", server, "--seconds", plan.open_seconds, "--ramp", OPENS_RAMP_S)
    found["server_cpu_us_each"] = round(1e6 * use.seconds / max(1, found["opened_in_all"]))
    return found


def measure_opens(plan):
    """Ours and Beast's in turn, so that what else the machine does hits both."""
    found = {"ours": [], "beast": []}
    with plan.serve() as ours, plan.serve(plan.reference()) as beast:
        turns = [("ours", ours), ("beast", beast)]
        for _ in range(plan.open_rounds):
            for name, server in turns:
                found[name].append(opens_of(plan, server))
            turns.reverse()
            say(f"{found['ours'][-1]['opens_per_second']:,} opens/s, Beast "
                f"{found['beast'][-1]['opens_per_second']:,} opens/s")
    return found


def idle_of(plan, command=None):
    with plan.serve(command) as server:
        plan.touch(server)
        before = {"rss": server.rss(), "pss": server.pss()}
        with Client(plan.program("idle"), server.url, "--links", plan.idle_links,
                    timeout_s=MARGIN_S, nice=plan.nice) as idle:
            opened = idle.next_line()
            time.sleep(SETTLE_S)
            after = {"rss": server.rss(), "pss": server.pss()}
            idle.stop()
            held = idle.next_line()
    if not opened["open"]:
        raise ClientFailed(f"no idle link opened: {opened['last_failure']}")
    return {"links": opened["open"], "failed": opened["failed"], "lost": held["lost"],
            "last_failure": opened["last_failure"],
            **{f"{name}_per_link": (after[name] - before[name]) / opened["open"]
               for name in before}}


def measure_idle(plan):
    found = {"ours": idle_of(plan)}
    say(f"{found['ours']['links']:,} idle links: {found['ours']['pss_per_link']:,.0f} bytes each")
    if plan.program("beast_server").exists():
        found["beast"] = idle_of(plan, plan.reference())
        say(f"Beast: {found['beast']['pss_per_link']:,.0f} bytes each")
    return found
