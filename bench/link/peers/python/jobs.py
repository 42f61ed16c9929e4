"""What the Python peers have in common: their options, the check of echoes, the report."""

import argparse
import asyncio
import json
import resource
import ssl
import struct
import sys
import time

NUMBER = struct.Struct("<Q")
IDLE_TIMEOUT_S = 60
CLOSE_TIMEOUT_S = 5
OPENINGS = 64
JOBS = ["throughput", "pingpong", "idle", "loss"]


def parse_options(description, jobs=JOBS, extend=None):
    """`extend(parser)` adds what one program alone understands."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("job", choices=jobs)
    parser.add_argument("--url", required=True)
    parser.add_argument("--ca", help="certificate authority in PEM")
    parser.add_argument("--patience", type=whole_number(1), default=60,
                        help="seconds to wait for the next echo")
    least = {"size": 8, "warm-up": 0, "links": 0}
    for name, value in {"size": 64, "messages": 1000, "in-flight": 1, "warm-up": 0, "links": 1,
                        "rate": 1000}.items():
        parser.add_argument(f"--{name}", type=whole_number(least.get(name, 1)), default=value)
    if extend:
        extend(parser)
    return parser.parse_args()


def add_loop(parser):
    """For the programs of asyncio."""
    parser.add_argument("--loop", choices=["uvloop", "asyncio"], default="uvloop",
                        help="whose event loop")


def add_resock(parser):
    """For the programs of resock."""
    parser.add_argument("--calls", choices=["single", "many"], default="single",
                        help="throughput: a call for each message, or for many")
    parser.add_argument("--set", type=setting, action="append", default=[], metavar="NAME=VALUE",
                        help="an option of the link")


def setting(word):
    name, equals, value = word.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{word} has no '='")
    return name, value


def loop_runner(options):
    """What runs a coroutine in the loop that was asked for."""
    if options.loop == "asyncio":
        return asyncio.run
    import uvloop
    return uvloop.run


def whole_number(least):
    def parse(word):
        value = int(word)
        if value < least:
            raise argparse.ArgumentTypeError(f"{value} is below {least}")
        return value
    return parse


def trust(options):
    """The SSLContext for wss; None for ws."""
    return ssl.create_default_context(cafile=options.ca) if options.ca else None


def messages_of(size):
    """A function that makes message number n."""
    rest = b"x" * (size - NUMBER.size)
    return lambda number: NUMBER.pack(number) + rest


class Echoes:
    """Checks what comes back: its size, and its number in order."""

    def __init__(self, options):
        self.size = options.size
        self.total = options.warm_up + options.messages
        self.missing = set()
        self.next = self.distinct = self.received = 0
        self.twice = self.out_of_order = self.wrong = 0

    def check(self, data):
        self.received += 1
        number = NUMBER.unpack_from(data)[0] if len(data) == self.size else self.total
        if number == self.next < self.total:
            self.next += 1
            self.distinct += 1
        else:
            self._check_other(number)

    def _check_other(self, number):
        if number >= self.total:
            self.wrong += 1
        elif number > self.next:
            self.missing.update(range(self.next, number))
            self.next = number + 1
            self.distinct += 1
        elif number in self.missing:
            self.missing.remove(number)
            self.out_of_order += 1
            self.distinct += 1
        else:
            self.twice += 1

    def faults(self):
        return {"lost": self.total - self.distinct, "twice": self.twice,
                "out_of_order": self.out_of_order, "wrong": self.wrong}


class Batches:
    """What to send and what came, many messages at a time."""

    def __init__(self, options, echoes, clock):
        self.in_flight, self.warm_up = options.in_flight, options.warm_up
        self.message, self.echoes, self.clock = messages_of(options.size), echoes, clock
        self.sent = 0

    def next(self):
        """As many new messages as there are free slots."""
        first = self.sent
        self.sent = min(self.echoes.total, self.echoes.received + self.in_flight)
        return [self.message(number) for number in range(first, self.sent)]

    def take(self, messages):
        for data in messages:
            self.echoes.check(data)
            if self.echoes.received == self.warm_up:
                self.clock.start()

    def is_over(self):
        return self.echoes.distinct == self.echoes.total


class Clock:
    """Wall and CPU seconds since `start`."""

    def __init__(self):
        self.start()

    @staticmethod
    def _cpu_seconds():
        use = resource.getrusage(resource.RUSAGE_SELF)
        return use.ru_utime + use.ru_stime

    def start(self):
        self.began, self.cpu_began = time.perf_counter(), self._cpu_seconds()

    def read(self):
        return {"seconds": time.perf_counter() - self.began,
                "cpu_seconds": self._cpu_seconds() - self.cpu_began}


def tell(what):
    print(json.dumps(what), flush=True)


def tell_throughput(options, clock, echoes):
    tell({"messages": options.messages, **clock.read(), **echoes.faults()})


def tell_times(options, times_us, echoes):
    """`times_us`: of each message, those of the warm-up, too."""
    report = {"messages": options.messages,
              "lost": options.warm_up + options.messages - echoes.distinct}
    times_us = sorted(times_us[options.warm_up:])
    if times_us:
        last = len(times_us) - 1
        report |= {f"p{part}_us": times_us[last * part // 100] for part in (50, 90, 99)}
        report |= {"max_us": times_us[-1], "mean_us": sum(times_us) / len(times_us)}
    tell(report)


class Pace:
    """Which messages are due; time while the line was down does not count."""

    def __init__(self, rate, messages):
        self.rate, self.messages = rate, messages
        self.number = 0
        self.began = time.perf_counter()

    def due(self):
        """The numbers to send now."""
        until = min(self.messages, int((time.perf_counter() - self.began) * self.rate) + 1)
        while self.number < until:
            self.number += 1
            yield self.number - 1

    def is_over(self):
        return self.number >= self.messages

    def skip(self, seconds):
        self.began += seconds


def run(jobs, options, runner):
    """Runs the job; exit code 1 and a sentence if it failed."""
    try:
        runner(jobs[options.job](options))
    except (OSError, ValueError, EOFError, TimeoutError) as error:
        sys.exit(f"{type(error).__name__}: {error}")
