"""What the Python clients have in common: the checks of ../README.md over any library.

Each client hands over `connect(url, ca)`, which returns a connection with the methods
send, receive, send_pieces, ping, close and wait_closed.
"""

import argparse
import hashlib
import json
import sys

TEXT, BINARY = "text", "binary"
OFFERED = ["other.v9", "chat.v1"]
FIELD = ("X-Peer", "resock-test")
UNICODE = "aä€漢😀\U0010ffff"
SIZES = [0, 125, 126, 65535, 65536, 1048576]
PIPELINED = 2000
REASON = "enough 😀"


def binary(size):
    """The message of `size` bytes: byte i is (31 i + size) mod 256."""
    pattern = bytes((31 * i + size) % 256 for i in range(256))
    return (pattern * (size // 256 + 1))[:size]


def pieces(data, size):
    return [data[at:at + size] for at in range(0, len(data), size)]


def tell(check, **facts):
    print(json.dumps({"check": check, **facts}), flush=True)


def tell_message(check, kind, data, **facts):
    tell(check, kind=kind, bytes=len(data), sha256=hashlib.sha256(data).hexdigest(), **facts)


def talk(connection):
    """Every check of a first connection, in the order of the README."""
    tell("open", subprotocol=connection.subprotocol, extensions=connection.extensions)
    texts = [UNICODE, "", "x" * 125]
    messages = [(TEXT, text.encode()) for text in texts]
    messages += [(BINARY, binary(size)) for size in SIZES]
    for kind, data in messages:
        connection.send(kind, data)
        tell_message("echo", *connection.receive())
    # Pieces of seven bytes cut code points apart.
    for kind, parts in [(TEXT, pieces(3 * UNICODE.encode(), 7)),
                        (BINARY, pieces(binary(1000), 300))]:
        pong = connection.send_pieces(kind, parts, b"mid")
        tell_message("fragments", *connection.receive(), pong=pong.hex())
    for payload in [b"are you there", b"p" * 125]:
        tell("ping", payload=connection.ping(payload).hex())
    for number in range(PIPELINED):
        connection.send(TEXT, f"message {number}".encode())
    answers = [connection.receive()[1] + b"\n" for _ in range(PIPELINED)]
    tell("pipelined", messages=len(answers),
         sha256=hashlib.sha256(b"".join(answers)).hexdigest())
    code, reason = connection.close(4000, REASON)
    tell("close", code=code, reason=reason)


def main(connect):
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("--ca")
    arguments = parser.parse_args()
    try:
        talk(connect(arguments.url, arguments.ca))
        second = connect(arguments.url, arguments.ca)
        tell("waiting")
        code, reason = second.wait_closed()
        tell("server_close", code=code, reason=reason)
    except Exception as error:  # whatever the library raises is the finding
        tell("error", what=f"{type(error).__name__}: {error}")
        sys.exit(1)
