"""The C# binding under mono, against the framework's own ClientWebSocket: `./dev bench csharp`.

Messages of 64 bytes over loopback: a stream with 1,000 sent and not yet echoed, and one at a time.
The clients take turns; each figure is the median of the rounds, with the least and the most.
"""

import argparse
import subprocess
import sys
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / "build/release"
CLIENT_TIMEOUT_S = 300
# (client, job, how many messages, what it is)
RUNS = [
    ("resock-batches", "stream", 1_000_000, "resock, SendManyAsync and ReceiveManyAsync"),
    ("resock", "stream", 300_000, "resock, SendAsync and ReceiveAsync"),
    ("ClientWebSocket", "stream", 300_000, "System.Net.WebSockets.ClientWebSocket"),
    ("resock", "ping-pong", 20_000, "resock"),
    ("ClientWebSocket", "ping-pong", 20_000, "System.Net.WebSockets.ClientWebSocket"),
]


def measure(client, job, count, url):
    """The figures of one run; none where it failed, which is told."""
    done = subprocess.run(["mono", BUILT / "bindings/csharp/Bench.exe", client, job, url, str(count)],
                          capture_output=True, text=True, timeout=CLIENT_TIMEOUT_S, check=False)
    if done.returncode != 0:
        print(f"{client}, {job}: FAILED: {done.stderr.strip().splitlines()[0]}", file=sys.stderr)
        return []
    return [float(each) for each in done.stdout.split()]


def spread(values):
    return f"{median(values):>9,.0f}  ({min(values):,.0f} to {max(values):,.0f})"


def report(found):
    print("\n64 bytes, 1,000 sent and not yet echoed, messages/s")
    for client, job, _, name in RUNS:
        if job == "stream" and found[client, job]:
            print(f"  {spread([each[0] for each in found[client, job]])}  {name}")
    print("\n64 bytes, one at a time, microseconds: half of them within, 99 % within")
    for client, job, _, name in RUNS:
        if job == "ping-pong" and found[client, job]:
            values = found[client, job]
            print(f"  {spread([each[0] for each in values])}"
                  f"  {spread([each[1] for each in values])}  {name}")


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=5, help="how often each is measured (5)")
    rounds = options.parse_args().rounds
    if not 1 <= rounds <= 100:
        options.error(f"--rounds {rounds}: 1 to 100")
    found = {(client, job): [] for client, job, *_ in RUNS}
    server = subprocess.Popen([BUILT / "bench/link/bench_echo_server", "--listen", "ws://127.0.0.1:0"],
                              stdout=subprocess.PIPE,
                              stdin=subprocess.PIPE, text=True)
    try:
        url = server.stdout.readline().split()[-1]
        for number in range(rounds):
            for client, job, count, _ in RUNS:
                figures = measure(client, job, count, url)
                if figures:
                    found[client, job].append(figures)
            print(f"round {number + 1} of {rounds}", file=sys.stderr)
    finally:
        server.terminate()
        server.wait()
    report(found)
    return 0 if all(found[each] for each in found if each[0] != "ClientWebSocket") else 1


if __name__ == "__main__":
    sys.exit(main())
