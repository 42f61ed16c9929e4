"""throughput.py URL MESSAGES [NAME=VALUE...]: as ../c/throughput.c, through ctypes."""

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "examples/dlopen/python"))
import resock_dl as resock  # noqa: E402

SIZE, IN_FLIGHT = 64, 1000


def message(number):
    return number.to_bytes(8, "little").ljust(SIZE, b"\0")


def measure(hub, link, count):
    warm_up = count // 4
    total, accepted, arrived, wrong = warm_up + count, 0, 0, 0
    begun = time.monotonic()
    while arrived < total:
        until = min(total, arrived + IN_FLIGHT)
        if accepted < until:
            accepted += link.send_all(map(message, range(accepted, until)))
        for event in hub.poll():
            if event.kind == resock.MESSAGE:
                wrong += event.data != message(arrived)
                arrived += 1
                if arrived == warm_up:
                    begun = time.monotonic()
            elif event.kind == resock.CLOSED:
                raise resock.Error(event.text)
    seconds = time.monotonic() - begun
    return {"messages": count, "seconds": seconds, "messages_per_s": round(count / seconds),
            "wrong": wrong}


def main(url, count, *options):
    try:
        with resock.Library().hub() as hub, \
                hub.open(url, dict(option.split("=", 1) for option in options)) as link:
            print(json.dumps(measure(hub, link, int(count))))
    except resock.Error as error:
        sys.exit(f"throughput: {error}")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        print("usage: throughput.py URL MESSAGES [NAME=VALUE...]", file=sys.stderr)
        sys.exit(2)
    main(*sys.argv[1:])
