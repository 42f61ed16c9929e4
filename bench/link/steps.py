"""What is measured, a function for each step; every run has a fresh server."""

import re
import shutil
import subprocess
import time
from statistics import median

from bench import Bench
from contenders import BEAST, DRIVEN, THREADED
from figures import (CUT, INSTRUCTIONS, PING_PONG_CASES, WHOLE_PATH, delay_case, links_case,
                     queue_name, size_case)
from limits import SHORT_QUEUE, SMALL
from pinning import CLIENT_CORE, SERVER_CORE
from processes import CLIENT_TIMEOUT_S, Failed, Program

# At most about 8 MiB on the way, so that no buffer of the kernel decides; 1,000 small ones, as the
# limits say.
IN_FLIGHT = {64: 1000, 1024: 1000, 65536: 64, 1 << 20: 8}
LOSS_RATE = 10_000
LOSS_SEED = 7
DELAYS_MS = (0, 10)
SETTLE_S = 0.5
CALLGRIND_TIMEOUT_S = 900


def measure_throughput(bench: Bench):
    for size, scheme in bench.plan.cases:
        throughput_case(bench, "throughput", size_case(size, scheme), scheme, size, SERVER_CORE,
                        CLIENT_CORE)


def measure_unpinned(bench: Bench):
    throughput_case(bench, "unpinned", size_case(SMALL, "ws"), "ws", SMALL, None, None)


def throughput_case(bench, step, case, scheme, size, server_core, client_core):
    in_flight = IN_FLIGHT[size]

    def run(contender, messages):
        with bench.serve(scheme, core=server_core) as server:
            result = bench.run(contender, "throughput", server.url, "--size", size, "--messages",
                               messages, "--in-flight", in_flight, "--warm-up",
                               contender.warm_up(messages), core=client_core)
        return with_rates(result)

    measures = {}
    for contender in bench.of_step(step):
        messages = bench.calibrate(step, case, contender,
                                   lambda count, who=contender: run(who, count), in_flight)
        if messages:
            measures[contender] = lambda who=contender, count=messages: run(who, count)
    bench.in_turn(step, case, measures)


def with_rates(result):
    messages = result["messages"]
    return {**result, "per_second": messages / max(result["seconds"], 1e-9),
            "cpu_us_each": 1e6 * result["cpu_seconds"] / messages}


def measure_ping_pong(bench: Bench):
    for case, client_core in zip(PING_PONG_CASES, (SERVER_CORE, CLIENT_CORE)):
        def run(contender, core=client_core):
            with bench.serve() as server:
                return bench.run(contender, "pingpong", server.url, "--size", SMALL, "--messages",
                                 bench.plan.ping_pongs, "--warm-up",
                                 contender.warm_up(bench.plan.ping_pongs), core=core)
        bench.in_turn("pingpong", case, turns(bench, "pingpong", run))


def turns(bench, step, run):
    return {each: (lambda who=each: run(who)) for each in bench.of_step(step)}


def measure_idle(bench: Bench):
    def pss(contender, links):
        with bench.serve() as server, \
                Program(contender.command("idle", "--url", server.url, "--links", links),
                        bench.log, CLIENT_CORE, contender.env) as client:
            opened = client.result()
            if opened["failed"]:
                raise Failed(f"{opened['failed']:,} of {links:,} links were not opened")
            time.sleep(SETTLE_S)
            return client.pss_bytes()

    def run(contender, links):
        without, held = pss(contender, 0), pss(contender, links)
        return {"links": links, "pss_without": without, "pss_with": held,
                "pss_per_link": (held - without) / links}

    for links in bench.plan.idle_links:
        bench.in_turn("idle", links_case(links),
                      turns(bench, "idle", lambda who, count=links: run(who, count)),
                      bench.plan.idle_rounds)


def measure_recover(bench: Bench):
    """From the cut to the next message, in turn with Beast's connect and opening."""
    times = bench.plan.recoveries

    def run(contender):
        with bench.serve(tally=True) as server:
            if contender.name == BEAST:
                return bench.run(contender, "connect", server.url, "--times", times)
            bench.run(contender, "recover", server.url, "--times", times)
            took = server.counts()["recover_us"]
        if len(took) != times:
            raise Failed(f"the server saw {len(took)} recoveries, not {times}")
        return {"times": times, "recover_us": took, "p50_us": median(took)}

    bench.in_turn("recover", CUT, turns(bench, "recover", run))


def measure_loss(bench: Bench):
    messages = int(LOSS_RATE * bench.plan.loss_seconds)
    # All cuts fall into the time in which messages are sent, late ones, too.
    cut_every_ms = round(800 * bench.plan.loss_seconds / bench.plan.cuts)
    for delay_ms in DELAYS_MS:
        def run(contender, delay=delay_ms):
            with bench.serve(tally=True) as server, \
                    bench.chaos(server, *(["--delay", f"{delay}ms"] if delay else []),
                                "--cut-every", f"{cut_every_ms}ms", "--reset", "--cuts",
                                str(bench.plan.cuts), "--seed", str(LOSS_SEED)) as chaos:
                sent = bench.run(contender, "loss", chaos.url, "--messages", messages, "--rate",
                                 LOSS_RATE, "--size", SMALL)
                return losses(contender, sent, chaos.counts(), server.counts())
        bench.in_turn("loss", delay_case(delay_ms), turns(bench, "loss", run),
                      bench.plan.loss_rounds)


def losses(contender, sent, chaos, arrived):
    """Of others losing is the figure. Ours may send twice, but neither lose nor reorder."""
    return {"sent": sent["sent"], "reconnects": sent["reconnects"], "cuts": chaos["cut"],
            "lost": sent["sent"] - arrived["distinct"], "out_of_order": arrived["out_of_order"],
            "arrived_twice": arrived["twice"], "losing_is_the_figure": not contender.is_ours}


def measure_queue(bench: Bench):
    """What a message costs behind a short queue and a long one."""
    def run(contender, in_flight):
        with bench.serve() as server:
            return with_rates(bench.run(
                contender, "throughput", server.url, "--size", SMALL, "--messages",
                2 * bench.plan.queued, "--in-flight", in_flight, "--warm-up", bench.plan.queued))

    ours = [each for each in bench.of_step("queue") if each.name in (DRIVEN, THREADED)]
    for contender in ours:
        by_length = {Queue(contender, length): (lambda who=contender, count=length:
                                                run(who, count))
                     for length in (SHORT_QUEUE, bench.plan.queued)}
        bench.in_turn("queue", WHOLE_PATH, by_length)
    if bench.plan.instructions and ours:
        measure_instructions(bench, ours[0])


class Queue:
    """A contender with one length of its queue, so that the two take turns."""

    def __init__(self, contender, length):
        self.name = queue_name(contender.name, length)
        self.is_ours = contender.is_ours


def measure_instructions(bench, contender):
    """Of the whole program with an echo link, which needs no network: the same in every run."""
    valgrind = shutil.which("valgrind")
    if not valgrind:
        bench.fail("queue", INSTRUCTIONS, contender.name, "skipped: valgrind is missing")
        return
    for length in (SHORT_QUEUE, bench.plan.queued):
        bench.in_turn("queue", INSTRUCTIONS, {Queue(contender, length): (
            lambda count=length: instructions(bench, contender, valgrind, count))}, 1)


def instructions(bench, contender, valgrind, in_flight):
    messages = 2 * bench.plan.queued
    words = [valgrind, "--tool=callgrind", "--callgrind-out-file=/dev/null",
             *contender.command("throughput", "--url", "echo:", "--size", SMALL, "--messages",
                                messages, "--in-flight", in_flight)]
    try:
        done = subprocess.run(words, capture_output=True, text=True, stdin=subprocess.DEVNULL,
                              timeout=CALLGRIND_TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise Failed(f"callgrind took more than {CALLGRIND_TIMEOUT_S} s") from error
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or not found:
        said = (done.stderr.strip().splitlines() or ["nothing"])[-1]
        raise Failed(f"valgrind ended with {done.returncode} and no count: {said[:200]}")
    return {"instructions_each": int(found.group(1)) / messages}


MEASURES = {"throughput": measure_throughput, "unpinned": measure_unpinned,
            "pingpong": measure_ping_pong, "idle": measure_idle, "recover": measure_recover,
            "loss": measure_loss, "queue": measure_queue}
