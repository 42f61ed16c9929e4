"""log_client URL < app.log: delivers each line to any WebSocket server, whatever the line does."""

from __future__ import annotations

import sys

import resock


def main(url: str) -> None:
    with resock.sync.connect(url) as link:
        for line in sys.stdin:
            link.send(line.rstrip("\n"))  # blocks only while the queue is full
        link.flush()  # the peer has every line


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: log_client.py URL < FILE")
    try:
        main(sys.argv[1])
    except resock.Error as error:
        sys.exit(f"ended: {error}")
