"""What is measured, a function for each step; every run has a fresh server."""

import time
from dataclasses import dataclass

from paths import BUILT  # noqa: I001: makes the others importable
from bench import Bench
from clients import OURS, imports
from figures import PING_PONG_CASES, PYTHON_OBJECTS, delay_case
from pinning import CLIENT_CORE, SERVER_CORE
from processes import Failed, Program, result_of

SIZE = 64
IN_FLIGHT = 1000
DELAYS_MS = (0, 10)
RATE = 10_000
SEED = 7
# On the wire: the payload, 6 of the frame and its mask.
BYTES_OF_A_MESSAGE = SIZE + 6
SETTLE_S = 0.5
DELIVERIES = ("at-least-once", "exactly-once")
ALL_LINKS, IMPORT = "a link", "a fresh interpreter"
PATIENCE_S = 60
# Cuts follow each other so quickly that the wait between attempts would grow to its usual maximum.
RECONNECTS = ("--set", "reconnect_min=10ms", "--set", "reconnect_max=100ms")


@dataclass
class Plan:
    """How much is measured."""
    rounds: int
    seconds: float  # of one throughput run
    ping_pongs: int
    links: tuple  # few and many idle ones: the difference counts
    idle_rounds: int
    import_rounds: int
    messages: int  # of a loss run
    cuts: int
    loss_rounds: int


def measure_throughput(bench: Bench):
    def run(contender, messages):
        with bench.serve(core=SERVER_CORE) as server:
            result = bench.run(contender, "throughput", server.url, "--size", SIZE, "--messages",
                               messages, "--in-flight", IN_FLIGHT, "--warm-up",
                               contender.warm_up(messages))
        return {**result, "per_second": messages / max(result["seconds"], 1e-9),
                "cpu_us_each": 1e6 * result["cpu_seconds"] / messages}

    measures = {}
    for contender in bench.of_step("throughput"):
        messages = bench.calibrate("throughput", "64 B", contender,
                                   lambda count, who=contender: run(who, count), IN_FLIGHT)
        if messages:
            measures[contender] = lambda who=contender, count=messages: run(who, count)
    bench.in_turn("throughput", "64 B", measures)


def measure_pingpong(bench: Bench):
    """On one core: the server runs there, too."""
    for case, core in zip(PING_PONG_CASES, (SERVER_CORE, CLIENT_CORE)):
        def run(contender, core=core):
            with bench.serve() as server:
                return bench.run(contender, "pingpong", server.url, "--size", SIZE, "--messages",
                                 bench.plan.ping_pongs, "--warm-up",
                                 contender.warm_up(bench.plan.ping_pongs), core=core)
        bench.in_turn("pingpong", case, {each: (lambda who=each: run(who))
                                         for each in bench.of_step("pingpong")})


def hold_links(bench, contender, links, *options):
    """(what the client reports, its PSS) with so many idle links."""
    with bench.serve() as server, \
            Program(contender.command("idle", "--url", server.url, "--links", links, *options),
                    bench.log, CLIENT_CORE, contender.env) as client:
        opened = client.result()
        if opened["failed"]:
            raise Failed(f"{opened['failed']:,} of {links:,} links were not opened")
        time.sleep(SETTLE_S)
        return opened, client.pss_bytes()


def measure_idle(bench: Bench):
    few, many = bench.plan.links

    def resident(contender):
        with_few, with_many = (hold_links(bench, contender, links)[1] for links in (few, many))
        return {"with_few": with_few, "with_many": with_many,
                "pss_per_link": (with_many - with_few) / (many - few)}

    def traced(contender):
        opened, _ = hold_links(bench, contender, few, "--trace")
        return {"traced_per_link": opened["traced_bytes"] / few}

    everybody = bench.of_step("idle")
    bench.in_turn("idle", ALL_LINKS, {each: (lambda who=each: resident(who))
                                      for each in everybody}, bench.plan.idle_rounds)
    bench.in_turn("idle", PYTHON_OBJECTS, {each: (lambda who=each: traced(who))
                                           for each in everybody if each.name == OURS},
                  bench.plan.idle_rounds)


def measure_import(bench: Bench):
    def run(program):
        return result_of(program.words, bench.log, CLIENT_CORE, program.env)

    programs = imports()
    for each in programs:
        if not each.absent():
            run(each)  # so that its bytecode is there
    bench.in_turn("import", IMPORT, {each: (lambda who=each: run(who)) for each in programs
                                     if not each.absent()}, bench.plan.import_rounds)


class Delivery:
    """The package with one kind of delivery, so that the kinds take turns."""

    def __init__(self, contender, delivery):
        self.contender, self.delivery = contender, delivery
        self.name, self.is_ours = f"{contender.name}, {delivery}", True


class SessionServer(Program):
    """bench_session_server, which echoes; it counts what arrives."""

    def __init__(self, log):
        super().__init__([BUILT / "sessions/bench_session_server"], log, SERVER_CORE)
        self.port = int(self.line().rpartition(":")[2])

    def counts(self):
        self.end_input()
        return self.result()


def measure_loss(bench: Bench):
    for delay_ms in DELAYS_MS:
        def run(who, delay=delay_ms):
            of_session = who.delivery == "exactly-once"
            with (SessionServer(bench.log) if of_session else bench.serve(tally=True)) as server:
                sent, cuts = send_through_cuts(bench, who, server, delay)
                arrived = server.counts()
            if cuts != bench.plan.cuts:
                raise Failed(f"the line was cut {cuts} times, not {bench.plan.cuts}")
            return of_session_run(sent, arrived, cuts) if of_session else \
                of_plain_run(sent, arrived, cuts)

        bench.in_turn("loss", delay_case(delay_ms), {
            each: (lambda who=each: run(who)) for each in
            (Delivery(ours, delivery) for ours in bench.of_step("loss")
             for delivery in DELIVERIES)}, bench.plan.loss_rounds)


def send_through_cuts(bench, who, server, delay_ms):
    plan = bench.plan
    every = plan.messages * BYTES_OF_A_MESSAGE * 8 // (10 * plan.cuts)
    delay = ["--delay", f"{delay_ms}ms"] if delay_ms else []
    with bench.chaos(server, *delay, "--cut-every", f"{every}B", "--reset", "--cuts",
                     str(plan.cuts), "--seed", str(SEED)) as chaos:
        sent = bench.run(who.contender, "loss", chaos.url, "--messages", plan.messages, "--rate",
                         RATE, "--size", SIZE, "--patience", PATIENCE_S, "--set",
                         f"delivery={who.delivery}", *RECONNECTS)
        return sent, chaos.counts()["cut"]


def of_plain_run(sent, arrived, cuts):
    """As the server counts: a message may arrive twice."""
    return {"sent": sent["sent"], "cuts": cuts, "lost": sent["sent"] - arrived["distinct"],
            "out_of_order": arrived["out_of_order"], "arrived_twice": arrived["twice"]}


def of_session_run(sent, arrived, cuts):
    """There and back: the client checks the number of every echo, so what the server got twice
    or in another order shows."""
    echoes = sent["echoes"]
    return {"sent": sent["sent"], "cuts": cuts, **echoes,
            "twice": echoes["twice"] + max(0, arrived["messages"] - sent["sent"])}


MEASURES = {"throughput": measure_throughput, "pingpong": measure_pingpong, "idle": measure_idle,
            "import": measure_import, "loss": measure_loss}
