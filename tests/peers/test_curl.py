"""curl's plain HTTP against our listener: `test_curl.py PROGRAM [ARGUMENT...]`.

What a person tries first, what load balancers ask, and openings written by hand with -H. The
WebSocket side of libcurl is one of the makers of test_clients.py.
"""

import asyncio
import logging
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

import frames
from authority import Authority
from listening import (KEY, ORDERLY_EXIT_CODES, PATIENCE_S, SUBPROTOCOL, Server, open_witness,
                       witnessed_close)

if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(f"usage: {sys.argv[0]} PROGRAM [ARGUMENT...]")
    SERVER = sys.argv[1:]

OPENING = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
           "Sec-WebSocket-Key": KEY}


class Answer:
    def __init__(self, text):
        head, _, self.body = text.partition("\r\n\r\n")
        first, *rest = head.split("\r\n")
        self.version, status = first.split(" ")[:2]
        self.status = int(status)
        self.fields = {}
        for line in filter(None, rest):
            name, _, value = line.partition(":")
            self.fields[name.lower()] = value.strip()


def fields(**changes):
    """Options that send the fields of an opening; a field changed to None is left out."""
    chosen = {**OPENING, **{name.replace("_", "-"): value for name, value in changes.items()}}
    return [part for name, value in chosen.items() if value is not None
            for part in ("-H", f"{name}: {value}")]


async def start(*arguments):
    # --noproxy: a proxy of the environment must not stand between us and loopback.
    return await asyncio.create_subprocess_exec(
        "curl", "--silent", "--show-error", "--include", "--noproxy", "*",
        *map(str, arguments), stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)


async def curl(*arguments):
    """The answer; an error of curl itself is an error here."""
    process = await start(*arguments)
    out, errors = await asyncio.wait_for(process.communicate(), PATIENCE_S)
    if process.returncode != 0:
        raise AssertionError(f"curl ended with {process.returncode}: {errors.decode()}")
    return Answer(out.decode())


async def curl_head(*arguments):
    """The head alone: behind a 101 curl would wait for more, for ever.

    Read from what --verbose says, since curl keeps the head that it prints in a buffer.
    """
    process = await start("--verbose", *arguments)
    try:
        told = await asyncio.wait_for(process.stderr.readuntil(b"\n< \r\n"), PATIENCE_S)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()
    lines = told.decode().splitlines()
    return Answer("\r\n".join(line[2:] for line in lines if line.startswith("< ")))


class Curl(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="resock-curl-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def server(self, authority=None):
        return Server(SERVER, self.folder / "log", authority)

    async def end(self, server, ca=None):
        """Whatever was asked before: the server still lets in, and ends in order."""
        witness = await open_witness(server, ca)
        server.terminate()
        self.assertEqual((await witnessed_close(*witness))["code"], 1001)
        self.assertIn(await server.ended(), ORDERLY_EXIT_CODES)

    async def test_health(self):
        async with self.server() as server:
            answer = await curl(f"http://{server.address}/healthz")
            self.assertEqual((answer.version, answer.status), ("HTTP/1.1", 200))
            await self.end(server)

    async def test_health_over_tls(self):
        authority = Authority(self.folder)
        async with self.server(authority) as server:
            # It offers HTTP/2, too, which is not for us to take.
            answer = await curl("--cacert", authority.ca, "--http2",
                                f"https://{server.address}/healthz")
            self.assertEqual((answer.version, answer.status), ("HTTP/1.1", 200))
            await self.end(server, authority.ca)

    async def test_an_opening_by_hand(self):
        async with self.server() as server:
            answer = await curl_head(
                "--http1.1", *fields(Sec_WebSocket_Protocol=f"other.v9, {SUBPROTOCOL}",
                                     Sec_WebSocket_Extensions="permessage-deflate"),
                f"http://{server.address}/")
            self.assertEqual(answer.status, 101)
            self.assertEqual(answer.fields["sec-websocket-accept"], frames.accept_key(KEY))
            self.assertEqual(answer.fields["upgrade"].lower(), "websocket")
            self.assertEqual(answer.fields["connection"].lower(), "upgrade")
            self.assertEqual(answer.fields["sec-websocket-protocol"], SUBPROTOCOL)
            self.assertNotIn("sec-websocket-extensions", answer.fields)
            await self.end(server)

    async def test_openings_that_are_refused(self):
        bad_key = ["-H", "Sec-WebSocket-Key: c2hvcnQ="]
        cases = [
            ("wrong version", fields(Sec_WebSocket_Version="12"), {426}),
            # RFC 6455 §4.2.1 leaves the choice; 426 says more
            ("plain GET", [], {400, 426}),
            ("no key", fields(Sec_WebSocket_Key=None), {400}),
            ("a key of 5 bytes", fields(Sec_WebSocket_Key=None) + bad_key, {400}),
            ("two keys", fields() + ["-H", f"Sec-WebSocket-Key: {KEY}"], {400}),
            ("POST", ["--request", "POST"] + fields(), {400, 405}),
        ]
        async with self.server() as server:
            for name, arguments, statuses in cases:
                with self.subTest(name):
                    answer = await curl_head("--http1.1", *arguments, f"http://{server.address}/")
                    self.assertIn(answer.status, statuses)
                    if answer.status == 426:  # RFC 9110 §15.5.22
                        self.assertEqual(answer.fields["upgrade"].lower(), "websocket")
                    if name == "wrong version":  # RFC 6455 §4.2.2
                        self.assertEqual(answer.fields["sec-websocket-version"], "13")
            await self.end(server)

    async def test_http2_without_asking(self):
        async with self.server() as server:
            process = await start("--http2-prior-knowledge", f"http://{server.address}/healthz")
            await asyncio.wait_for(process.communicate(), PATIENCE_S)
            self.assertNotEqual(process.returncode, 0)
            await self.end(server)


if __name__ == "__main__":
    assert shutil.which("curl"), "no curl: run ./dev setup"
    # unittest runs asyncio in debug mode, whose warnings of slow steps say nothing here.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    unittest.main(argv=[sys.argv[0]])
