"""The same with resock.sync: what the server had not read is sent again after a break."""

import sys

import resock


def main(url: str) -> None:
    with resock.sync.connect(url, timeout=10, close_timeout=10) as link:
        for question in ["price of a", "price of b"]:
            link.send(question)
            print(link.recv(timeout=30))


main(sys.argv[1])
