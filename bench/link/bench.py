"""How measurements are taken: contenders in turn, round by round; each run is one record."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from figures import main_figure, short, values_of
from pinning import CLIENT_CORE
from processes import CLIENT_TIMEOUT_S, Chaos, EchoServer, Failed, result_of

FAULTS = ("lost", "twice", "out_of_order", "wrong")
MOST_CALIBRATIONS = 12


@dataclass
class Plan:
    """How much is measured."""
    cases: tuple  # of throughput: (size, scheme)
    rounds: int
    seconds: float  # of one throughput run
    ping_pongs: int
    idle_links: tuple
    idle_rounds: int
    recoveries: int
    loss_seconds: float
    loss_rounds: int
    cuts: int
    queued: int  # messages in the long queue
    instructions: bool


@dataclass
class Bench:
    """What steps need: programs, contenders, and where runs are written down."""
    plan: Plan
    contenders: list
    server: Path
    resock: Path
    authority: object  # certificates for wss, or None where they cannot be made
    log: object
    runs: list = field(default_factory=list)
    failures: list = field(default_factory=list)

    def of_step(self, step):
        return [each for each in self.contenders if step in each.steps]

    def serve(self, scheme="ws", tally=False, core=0):
        if scheme == "wss" and not self.authority:
            raise Failed("no certificate for wss: the command openssl is missing")
        certificate = (self.authority.chain, self.authority.key) if scheme == "wss" else ()
        return EchoServer(self.server, self.log, scheme, certificate, tally, core)

    def chaos(self, server, *options):
        return Chaos(self.resock, server, self.log, *options)

    def run(self, contender, job, url, *arguments, core=CLIENT_CORE, timeout_s=CLIENT_TIMEOUT_S):
        """Runs the client to its end; its result."""
        trust = ["--ca", self.authority.ca] if url.startswith("wss:") else []
        return result_of(contender.command(job, "--url", url, *trust, *arguments), self.log, core,
                         contender.env, timeout_s)

    def fail(self, step, case, name, sentence, is_ours=False):
        self.failures.append({"step": step, "case": case, "contender": name, "what": sentence,
                              "is_ours": is_ours})
        say(f"FAILED: {step}, {case}, {name}: {sentence}")

    def in_turn(self, step, case, measures, rounds=None):
        """`measures`: {contender: a function that gives a result}. Each round begins with
        another contender. A run that fails is named; two that fail in order end a contender's
        turns, so that one that hangs does not take all day."""
        if not measures:
            return
        strikes = dict.fromkeys(measures, 0)
        order = list(measures)
        for number in range(rounds or self.plan.rounds):
            shift = number % len(order)
            for contender in order[shift:] + order[:shift]:
                if strikes[contender] < 2:
                    failed = not self._record(step, case, number, contender, measures[contender])
                    strikes[contender] = strikes[contender] + 1 if failed else 0
        self._summarize(step, case, order)

    def _record(self, step, case, number, contender, measure):
        run = {"step": step, "case": case, "round": number, "contender": contender.name,
               "result": None, "failure": None}
        began = time.monotonic()
        try:
            run["result"] = measure()
            run["failure"] = fault_of(run["result"])
        except Failed as error:
            run["failure"] = str(error)
        # Shows a run in which something stood still, opening and warm-up included.
        run["took_s"] = round(time.monotonic() - began, 3)
        self.runs.append(run)
        if run["failure"]:
            self.fail(step, case, contender.name, run["failure"], contender.is_ours)
        return not run["failure"]

    def _summarize(self, step, case, order):
        figure = main_figure(step, case)
        found = []
        for contender in order:
            values = list(values_of(self.runs, step, case, contender.name, figure).values())
            found.append(f"{contender.name} {short(median(values))}" if values
                         else f"{contender.name} FAILED")
        say(f"{step}, {case} ({figure}): {'; '.join(found)}")

    def calibrate(self, step, case, contender, measure, in_flight):
        """How many messages take plan.seconds, by runs of `measure(messages)` that grow;
        None if they fail."""
        messages = 2 * in_flight
        try:
            for _ in range(MOST_CALIBRATIONS):
                result = measure(messages)
                fault = fault_of(result)
                if fault:
                    raise Failed(fault)
                if result["seconds"] >= self.plan.seconds / 5:
                    break
                messages = int(messages * growth(result["seconds"], self.plan.seconds))
        except Failed as error:
            self.fail(step, case, contender.name, str(error), contender.is_ours)
            return None
        return max(in_flight, int(messages * self.plan.seconds / result["seconds"]))


def growth(took_s, wanted_s):
    """By how much the next calibration is longer: towards a third of what is wanted, carefully,
    since a short run says little about a long one."""
    return min(20, max(2, wanted_s / 3 / max(took_s, 1e-6)))


def fault_of(result):
    """A sentence about a run that is not to be counted, None where all is well."""
    found = [f"{result[name]:,} {name.replace('_', ' ')}" for name in FAULTS
             if result.get(name) and not result.get("losing_is_the_figure")]
    return f"{', '.join(found)}: failed, not fast" if found else None


def say(text):
    print(f"    {text}", flush=True)
