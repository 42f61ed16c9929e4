"""The same with resock.sync: a loop in place of callbacks."""

import sys

import resock


def main(url: str) -> None:
    with resock.sync.connect(
        url, http_header={"X-Name": "example"}, reconnect_min=2, heartbeat_timeout=5
    ) as link:
        link.set_greeting("prices", "subscribe prices")  # what on_open did
        for message in link:  # what on_message did
            print(message)
            if message == "closing price":
                break


main(sys.argv[1])
