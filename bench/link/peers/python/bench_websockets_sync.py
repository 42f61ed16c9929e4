"""Throughput and ping-pong with websockets.sync: see ../README.md."""

import time

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

import jobs


def opening(options):
    # Without compression (as everywhere here), and messages of any size.
    return connect(options.url, ssl=jobs.trust(options), compression=None, max_size=None,
                   proxy=None)


def throughput(options):
    echoes = jobs.Echoes(options)
    message = jobs.messages_of(options.size)
    with opening(options) as socket:
        clock = jobs.Clock()
        sent = 0
        try:
            while echoes.distinct < echoes.total:
                while sent < min(echoes.total, echoes.received + options.in_flight):
                    socket.send(message(sent))
                    sent += 1
                echoes.check(socket.recv(options.patience))
                if echoes.received == options.warm_up:
                    clock.start()
        except (TimeoutError, ConnectionClosed):
            pass  # what did not come back is lost
        jobs.tell_throughput(options, clock, echoes)


def ping_pong(options):
    echoes = jobs.Echoes(options)
    message = jobs.messages_of(options.size)
    times_us = []
    with opening(options) as socket:
        for number in range(options.warm_up + options.messages):
            began = time.perf_counter_ns()
            socket.send(message(number))
            echoes.check(socket.recv(options.patience))
            times_us.append((time.perf_counter_ns() - began) / 1000)
    jobs.tell_times(options, times_us, echoes)


if __name__ == "__main__":
    JOBS = {"throughput": throughput, "pingpong": ping_pong}
    jobs.run(JOBS, jobs.parse_options(__doc__, JOBS), lambda _: None)
