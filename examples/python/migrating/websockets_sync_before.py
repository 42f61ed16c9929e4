"""With `websockets.sync`: asks and waits for the answer; an end in between is an error."""

import sys

from websockets.sync.client import connect


def main(url: str) -> None:
    with connect(url, open_timeout=10, close_timeout=10) as websocket:
        for question in ["price of a", "price of b"]:
            websocket.send(question)
            print(websocket.recv(timeout=30))


main(sys.argv[1])
