"""What both Python peers have in common: their options, the check of echoes, the report."""

import argparse
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


def parse_options(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("job", choices=JOBS)
    parser.add_argument("--url", required=True)
    parser.add_argument("--ca", help="certificate authority in PEM")
    parser.add_argument("--patience", type=whole_number(1), default=60,
                        help="seconds to wait for the next echo")
    least = {"size": 8, "warm-up": 0, "links": 0}
    for name, value in {"size": 64, "messages": 1000, "in-flight": 1, "warm-up": 0, "links": 1,
                        "rate": 1000}.items():
        parser.add_argument(f"--{name}", type=whole_number(least.get(name, 1)), default=value)
    return parser.parse_args()


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
    total = options.warm_up + options.messages
    tell({"messages": options.messages, **clock.read(), "lost": total - echoes.distinct,
          "twice": echoes.twice, "out_of_order": echoes.out_of_order, "wrong": echoes.wrong})


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
