"""A server of resock.v1 on `websockets`, written from docs/protocol.md alone: see README.md.

    python server.py --echo --count

Prints `{"listening": PORT}`, then a line of JSON for each session that ends; takes commands on
standard input and ends when that closes.
"""

import argparse
import asyncio
import json
import logging
import os
import ssl
import threading

from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

from application import Application
from frames import FINISH, REQUEST, TEXT, ProtocolError, Reject, decode, demand, encode
from link import Heard, Link, spawn
from session import Refused
from table import Table, check_first_window, reject_frame

SUBPROTOCOL = "resock.v1"
HELLO_S = 10  # R13
MOST_MESSAGE_BYTES = 2**25  # above every bound, so that we see what breaks one
FORBIDDEN_TOKEN = (4403, "R26 the token is not of this principal")


def tell(**facts):
    print(json.dumps(facts), flush=True)


class Server:
    def __init__(self, options):
        self.options = options
        self.table = Table(options, self.begun, self.ended)
        self.applications = {}  # of living sessions
        self.refused = {}  # how often, by reason
        self.stopping = asyncio.Event()
        self.going = asyncio.Event()
        self.going.set()

    def begun(self, session):
        application = Application(session, self.options, self.going)
        self.applications[session] = application
        application.task = spawn(application.run())

    def ended(self, session, how):
        application = self.applications.pop(session)
        application.task.cancel()
        tell(**application.report(how))

    async def handle(self, connection):
        link, session = Link(connection), None
        try:
            session = await self.greet(link)
            async for data in connection:
                if link.given_up:
                    break
                self.receive(link, session, data)
        except asyncio.TimeoutError:
            link.close(4408, f"R13 no HELLO in {HELLO_S} s")
        except ProtocolError as error:
            logging.info("%s", error)
            link.close(4400, str(error))
        except Refused as refused:
            self.refuse(link, refused)
        except ConnectionClosed:
            pass
        except Exception:
            logging.exception("session %s", session and session.number)
            link.close(4500, "internal error")
        finally:
            link.stop()
            if session:
                self.table.left(session, link)
        await link.closed()

    async def greet(self, link):
        data = await asyncio.wait_for(link.connection.recv(), HELLO_S)
        hello = self.decode(data)
        demand(hello.type == "HELLO", f"R13 {hello.type} instead of HELLO")
        check_first_window(hello)
        session = self.table.open(hello, link)
        logging.info("session %s, epoch %s, recv %s", session.number, hello.epoch, hello.recv)
        link.carry(session, lambda: self.finished(link, session))
        return session

    def refuse(self, link, refused):
        logging.info("REJECT %s: %s", refused.reason, refused)
        name = refused.reason.name.lower()
        self.refused[name] = self.refused.get(name, 0) + 1
        frame, code = reject_frame(refused)
        link.close(code, str(refused), frame)

    def finished(self, link, session):
        self.table.bury(session, Reject.ENDED, "clean")
        link.close(1000, "ended")

    @staticmethod
    def decode(data):
        demand(isinstance(data, bytes), "R2 text message")
        return decode(data)

    def receive(self, link, session, data):
        frame = self.decode(data)
        if frame.type == "AUTH":
            self.renew(link, frame)
            return
        session.receive(frame, data)
        if frame.type == "NOTE" and self.options.echo:
            link.note(frame.payload, frame.flags & TEXT)

    def renew(self, link, frame):
        demand(not frame.flags & REQUEST, "R2 AUTH REQUEST from a client")
        try:
            same = self.table.principal_of(frame.token) == link.principal
        except Refused:
            same = False
        if not same:
            link.close(*FORBIDDEN_TOKEN)
        elif link.token_timer:
            link.token_timer.cancel()

    def carried(self):
        return [session for session in self.applications if session.link]

    # Commands, with the words behind their names.

    def drain(self, grace_ms, url="", flags=0):
        """R27; the sessions stay, as in a table that servers share."""
        for session in self.carried():
            session.control.append(encode("GOAWAY", flags, grace_ms=int(grace_ms), retry_min_ms=0,
                                          retry_max_ms=int(grace_ms) // 2, url=url))
            session.wake()
            link = session.link
            link.loop.call_later(int(grace_ms) / 1000, link.close, 4503, "R27 drained")

    def command_finish(self, grace_ms):
        self.drain(grace_ms, flags=FINISH)

    def command_auth(self, deadline_ms):
        for session in self.carried():
            session.ask_for_token(int(deadline_ms))
            link = session.link
            link.token_timer = link.loop.call_later(int(deadline_ms) / 1000, link.close, 4401,
                                                    "R26 no fresh token")

    def command_end(self):
        for application in self.applications.values():
            application.ending = True
            application.session.changed.set()

    def command_abort(self):
        for session in list(self.applications):
            link = session.link
            self.table.bury(session, Reject.ENDED, "aborted")
            if link:
                link.close(4404, "aborted")

    def command_forget(self):
        for session in list(self.applications):
            link = session.link
            self.table.forget(session, "forgotten")
            if link:
                link.close(1001, "restart")
        self.table.tombstones.clear()

    def command_cut(self):
        for session in self.carried():
            session.link.connection.transport.abort()

    def command_hold(self):
        self.going.clear()

    def command_go(self):
        self.going.set()

    def command_stats(self):
        tell(stats=[application.report("open") for application in self.applications.values()],
             refused=self.refused, tombstones=len(self.table.tombstones))

    def command_quit(self):
        self.stopping.set()

    command_drain = drain

    def command(self, line):
        name, *words = line.split()
        method = getattr(self, f"command_{name}", None)
        try:
            if method is None:
                raise ValueError("no such command")
            method(*words)
        except (TypeError, ValueError) as error:
            tell(error=f"{line}: {error}")


def read_commands(server, loop):
    """In a thread of its own; os.read takes no lock, so the interpreter can end meanwhile."""
    kept = b""
    while data := os.read(0, 65536):
        *lines, kept = (kept + data).split(b"\n")
        for line in filter(None, (line.strip().decode() for line in lines)):
            loop.call_soon_threadsafe(server.command, line)
    loop.call_soon_threadsafe(server.stopping.set)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on")
    add("--port", type=int, default=0, help="0: one that is free")
    add("--echo", action="store_true", help="send each message and note back")
    add("--feed", type=int, default=0, metavar="N", help="send N numbered messages to each session")
    add("--bytes", type=int, metavar="B", help="binary messages of this size (default: a number)")
    add("--count", action="store_true", help="check that what arrives is 1..k")
    add("--void-every", type=int, default=0, metavar="K", help="a VOID after each K messages")
    add("--delay-ms", type=float, default=0, help="the handler's time per message")
    add("--window", type=int, default=2**20, help="bytes of cost that are granted")
    add("--max-frame", type=int, default=16384)
    add("--max-message", type=int, default=2**24)
    add("--heartbeat-ms", type=int, default=20000, help="where the client wishes no other")
    add("--ttl", type=int, default=120, help="seconds; the most that a client may wish")
    add("--tombstone-ttl", type=int, default=300, help="seconds, at least the ttl")
    add("--max-sessions", type=int, default=10000)
    add("--token", action="append", default=[], metavar="PRINCIPAL:REST", help="one that is known")
    add("--send-bound", type=int, default=2**22, help="bytes kept before sending waits")
    add("--deflate", action="store_true", help="accept permessage-deflate")
    add("--tls-cert", metavar="FILE", help="PEM chain: speak TLS")
    add("--tls-key", metavar="FILE", help="PEM key of the certificate")
    add("--lifetime-s", type=float, default=600, help="ends by itself after this time")
    add("--verbose", action="store_true", help="what happens, on standard error")
    options = parser.parse_args()
    least = max(65536, 2 * (options.max_frame + 32))  # R8
    if options.window < least:
        parser.error(f"--window {options.window}: at least {least}")
    return options


def make_tls(options):
    if not options.tls_cert:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.tls_cert, options.tls_key)
    return context


async def main(options):
    server = Server(options)
    async with serve(server.handle, options.host, options.port, subprotocols=[SUBPROTOCOL],
                     create_connection=Heard, max_size=MOST_MESSAGE_BYTES, ping_interval=None,
                     compression="deflate" if options.deflate else None,
                     ssl=make_tls(options)) as listener:
        tell(listening=listener.sockets[0].getsockname()[1])
        loop = asyncio.get_running_loop()
        threading.Thread(target=read_commands, args=(server, loop), daemon=True).start()
        try:
            await asyncio.wait_for(server.stopping.wait(), options.lifetime_s)
        except asyncio.TimeoutError:
            pass
        for session in list(server.applications):
            server.table.forget(session, "open")


if __name__ == "__main__":
    arguments = parse_arguments()
    logging.basicConfig(level=logging.INFO if arguments.verbose else logging.ERROR)
    # A connection that is cut while it opens is no event here.
    logging.getLogger("websockets").setLevel(logging.CRITICAL)
    asyncio.run(main(arguments))
