"""What is measured. Each function takes the plan and returns {what: [value of each round]}."""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from paths import ROOT  # noqa: F401: makes the others importable
from pinning import CLIENT_CORE
from processes import Failed, Program, result_of
from programs import CLIENT, LINKS, STORE, Server, client, cpu_seconds, settings
from tap import Tap

SIZE = 64
# One delay each way; the resume is counted in round trips of this line.
DELAY_S = 0.02
HEARTBEAT_S = 10
MANY = ["listen.connections=20000", "listen.per_address=20000", "listen.session_count=20000"]


@dataclass
class Plan:
    log: object
    rounds: int = 5
    messages: int = 1_000_000
    in_flight: int = 1000
    resumes: int = 20
    links: int = 10000
    idle_seconds: float = 30
    folder: str = None


def say(text):
    print(f"    {text}", flush=True)


def take(found, into):
    for name, value in found.items():
        into.setdefault(name, []).append(value)


# -- throughput ----------------------------------------------------------------------------------

def one_throughput(plan, server, kind, io):
    before = server.cpu_seconds()
    messages, warm_up = plan.messages, plan.messages // 10
    found = client("throughput", server.url, plan.log, "--io", io, "--size", SIZE, "--messages",
                   messages, "--warm-up", warm_up, "--in-flight", plan.in_flight,
                   *settings(LINKS[kind]))
    everything = messages + warm_up
    return {"per_second": messages / found["seconds"],
            "client_cpu_us": 1e6 * found["cpu_seconds"] / messages,
            "server_cpu_us": 1e6 * (server.cpu_seconds() - before) / everything,
            "bytes_out": found["bytes_sent"] / everything,
            "bytes_back": found["bytes_received"] / everything}


def measure_throughput(plan):
    """Plain link and session in turn, with one server for both."""
    found = {}
    for io in ("driven", "threaded"):
        kinds = {kind: {} for kind in LINKS}
        with Server(plan.log, "--io", io) as server:
            order = list(LINKS)
            for _ in range(plan.rounds):
                for kind in order:
                    take(one_throughput(plan, server, kind, io), kinds[kind])
                order.reverse()
                plain, session = (kinds[kind]["per_second"][-1] for kind in LINKS)
                say(f"{io}: {plain:,.0f}/s plain, {session:,.0f}/s session, "
                    f"ratio {session / plain:.2f}")
        found[io] = kinds
    return found


# -- durable outbox ------------------------------------------------------------------------------

def one_durable(plan, server, sync, job, folder):
    path = Path(folder) / "outbox.db"
    for tail in ("", "-wal", "-shm", "-lock"):
        Path(f"{path}{tail}").unlink(missing_ok=True)
    # A peer that answers nothing has confirmed 20 ms later: more must be on the way.
    in_flight, until = (plan.in_flight, "echoed") if job == "echo" else (9000, "confirmed")
    messages = plan.messages // (10 if sync == "full" else 2)
    found = client("throughput", server.url, plan.log, "--io", "threaded", "--size", SIZE,
                   "--messages", messages, "--warm-up", messages // 10, "--in-flight", in_flight,
                   "--until", until, *settings([*LINKS["session"], f"outbox.path={path}",
                                               f"outbox.sync={sync}"]))
    batch = max(1, round(1.1 * messages / max(1, found["stored_steps"])))
    bare = result_of([STORE, "--sync", sync, "--messages", messages, "--bytes", SIZE, "--bare-batch",
                      batch, "--folder", folder], plan.log, CLIENT_CORE)
    mine, theirs = messages / found["seconds"], messages / bare["seconds"]
    return {"per_second": mine, "bare_per_second": theirs, "ratio": mine / theirs, "batch": batch,
            "client_cpu_us": 1e6 * found["cpu_seconds"] / messages}


def measure_durable(plan):
    found = {}
    with tempfile.TemporaryDirectory(prefix="bench-sessions-", dir=plan.folder) as folder:
        for job in ("echo", "sink"):
            for sync in ("normal", "full", "off"):
                case = found.setdefault(f"{sync}, {job}", {})
                with Server(plan.log, "--io", "threaded", "--job", job) as server:
                    for _ in range(plan.rounds):
                        take(one_durable(plan, server, sync, job, folder), case)
                    server.counts()
                say(f"sync={sync}, {job}: {case['per_second'][-1]:,.0f}/s, bare SQLite "
                    f"{case['bare_per_second'][-1]:,.0f}/s, {case['batch'][-1]} a transaction")
    return found


# -- resume --------------------------------------------------------------------------------------

def measure_resume(plan):
    """A client that goes on sending while its line is cut again and again."""
    rate, spacing_s = 200, 20 * DELAY_S
    messages = int(rate * spacing_s * (plan.resumes + 2))
    with Server(plan.log, "--job", "sink") as server, Tap(server.port, DELAY_S) as tap:
        words = [CLIENT, "loss", "--url", tap.url, "--messages", messages, "--rate", rate, "--size",
                 SIZE, *settings([*LINKS["session"], "reconnect.min=0",
                                  "reconnect.reset_after=0"])]
        with Program(words, plan.log, CLIENT_CORE) as sender:
            for _ in range(plan.resumes):
                time.sleep(spacing_s)
                tap.cut()
            sent = sender.result()
        counted = server.counts()
        seen = [each for each in tap.connections[1:] if each.data_s is not None]
    if counted["messages"] != messages or sent["unconfirmed"]:
        raise Failed(f"resume: {messages:,} sent, {counted['messages']:,} arrived")
    if not seen:
        raise Failed("resume: no connection after the first carried a message")
    after_s = [each.data_s - each.answered_s for each in seen]
    return {"ms": [1000 * each for each in after_s],
            "round_trips": [each / (2 * DELAY_S) for each in after_s],
            "behind_hello_ms": [1000 * (each.data_s - each.hello_s) for each in seen]}


# -- idle ----------------------------------------------------------------------------------------

def one_idle(plan, kind):
    heartbeat = f"heartbeat.interval={HEARTBEAT_S}s"
    with Server(plan.log, *settings(MANY)) as server:
        client("throughput", server.url, plan.log, "--messages", 100, *settings(LINKS[kind]))
        before = server.pss_bytes()
        words = [CLIENT, "idle", "--url", server.url, "--links", plan.links,
                 *settings([*LINKS[kind], heartbeat])]
        with Program(words, plan.log, CLIENT_CORE) as holder:
            opened = holder.result()
            if opened["failed"]:
                raise Failed(f"idle: {opened['failed']:,} of {plan.links:,} did not open")
            time.sleep(HEARTBEAT_S + 2)  # each has had its first heartbeat
            began, cpu = time.monotonic(), server.cpu_seconds()
            client_cpu = cpu_seconds(holder.process.pid)
            after = server.pss_bytes()
            time.sleep(plan.idle_seconds)
            took = time.monotonic() - began
            found = {"bytes_each": (after - before) / plan.links,
                     "later_bytes_each": (server.pss_bytes() - before) / plan.links,
                     "cpu_percent": 100 * (server.cpu_seconds() - cpu) / took,
                     "client_cpu_percent": 100 * (cpu_seconds(holder.process.pid) - client_cpu)
                     / took}
            holder.end_input()
            holder.process.wait(60)
    say(f"{kind}: {found['bytes_each']:,.0f} bytes each, CPU {found['cpu_percent']:.1f} %")
    return found


def measure_idle(plan):
    """Each in a fresh server."""
    found = {kind: {} for kind in LINKS}
    for kind in LINKS:
        take(one_idle(plan, kind), found[kind])
    return found
