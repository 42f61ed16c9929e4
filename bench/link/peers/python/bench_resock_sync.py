"""Throughput and ping-pong with resock.sync: see ../README.md."""

import time

import resock.sync

import jobs


def opening(options):
    return resock.sync.connect(options.url, timeout=options.patience, tls_ca_file=options.ca,
                               **dict(options.set))


def exchange(socket, options, echoes, clock):
    """One call for each message."""
    message = jobs.messages_of(options.size)
    sent = 0
    while echoes.distinct < echoes.total:
        while sent < min(echoes.total, echoes.received + options.in_flight):
            socket.send(message(sent))
            sent += 1
        echoes.check(socket.recv(options.patience))
        if echoes.received == options.warm_up:
            clock.start()


def exchange_many(socket, options, echoes, clock):
    """One call for all that there are."""
    batches = jobs.Batches(options, echoes, clock)
    socket.send_many(batches.next())
    while not batches.is_over():
        batches.take(socket.recv_many(options.in_flight, options.patience))
        socket.send_many(batches.next())


def throughput(options):
    echoes = jobs.Echoes(options)
    with opening(options) as socket:
        clock = jobs.Clock()
        try:
            run = exchange_many if options.calls == "many" else exchange
            run(socket, options, echoes, clock)
        except (resock.Timeout, resock.Closed, resock.Lost):
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
    OPTIONS = jobs.parse_options(__doc__, JOBS, jobs.add_resock)
    jobs.run(JOBS, OPTIONS, lambda _: None)
