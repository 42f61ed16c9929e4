"""A server made with Python's `websockets`, as its users write one.

    python websockets_server.py --echo --record /tmp/arrived

Prints `listening PORT`; ends when its standard input closes.
"""

import argparse
import asyncio
import http
import ssl

from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

import peer


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    peer.add_common_options(parser)
    parser.add_argument("--port", type=int, default=0, help="0: one that is free")
    parser.add_argument("--echo", action="store_true", help="send each message back")
    parser.add_argument("--record", metavar="FILE", help="append a line per message")
    parser.add_argument("--delay-ms", type=float, default=0, help="the handler's time per message")
    parser.add_argument("--push", type=int, default=0, metavar="N",
                        help="send the numbers 1 to N on each connection")
    parser.add_argument("--max-queue", type=int, default=16,
                        help="frames kept for the handler before reading pauses")
    parser.add_argument("--max-size", type=int, default=2**24, help="largest message in bytes")
    parser.add_argument("--ping-interval", default="20", help="seconds, or none")
    parser.add_argument("--subprotocol", action="append", help="one the server speaks")
    parser.add_argument("--reject", type=int, metavar="STATUS", help="refuse each opening")
    parser.add_argument("--header", action="append", default=[], metavar="'NAME: VALUE'",
                        help="added to the refusal")
    parser.add_argument("--closes", action="store_true",
                        help="print `closed CODE REASON` for each connection that ended")
    parser.add_argument("--tls-cert", metavar="FILE", help="PEM chain: speak TLS")
    parser.add_argument("--tls-key", metavar="FILE", help="PEM key of the certificate")
    return parser.parse_args()


def make_handler(arguments):
    record = peer.Recorder(arguments.record)

    async def push(connection):
        for number in range(1, arguments.push + 1):
            await connection.send(str(number))

    async def receive(connection):
        async for message in connection:
            record(message)
            if arguments.delay_ms:
                await asyncio.sleep(arguments.delay_ms / 1000)
            if arguments.echo:
                await connection.send(message)

    async def handler(connection):
        try:
            await asyncio.gather(push(connection), receive(connection))
        except ConnectionClosed:
            pass
        if arguments.closes:
            print(f"closed {connection.close_code} {connection.close_reason}", flush=True)

    return handler


def make_refusal(arguments):
    if arguments.reject is None:
        return None

    def refuse(connection, _request):
        response = connection.respond(http.HTTPStatus(arguments.reject), "refused\n")
        for header in arguments.header:
            name, _, value = header.partition(":")
            response.headers[name.strip()] = value.strip()
        return response

    return refuse


def make_tls(arguments):
    if not arguments.tls_cert:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(arguments.tls_cert, arguments.tls_key)
    return context


async def main(arguments):
    ping_interval = None if arguments.ping_interval == "none" else float(arguments.ping_interval)
    async with serve(make_handler(arguments), arguments.host, arguments.port,
                     max_queue=arguments.max_queue, max_size=arguments.max_size,
                     ping_interval=ping_interval, subprotocols=arguments.subprotocol,
                     process_request=make_refusal(arguments), ssl=make_tls(arguments)) as server:
        peer.announce(server)
        await peer.until_stdin_closes(arguments.lifetime)


if __name__ == "__main__":
    asyncio.run(main(parse_arguments()))
