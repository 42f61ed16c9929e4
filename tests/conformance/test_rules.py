"""The peers against ends that break the rules, and those that an honest peer would never bring
into a state: `test_rules.py`. The rule that is broken stands in the close reason."""

import asyncio
import logging
import sys
import unittest

from programs import Client, Server, under_the_toolchain

if __name__ == "__main__":
    under_the_toolchain(__file__)

from frames import (ACKME, DONE, EXT, FIN, FINISH, HAS_RECV, PING, PONG, REQUEST, RESUMED,  # noqa
                    RETRY, TEXT, check_of, encode)
from scripted import (SECRET, SID, Connection, ScriptedServer, ack, connected, data,  # noqa: E402
                      hello, welcome)

VOID, END = encode("VOID", seq=1), encode("END", seq=1, code=0, text="")

# What is sent behind the opening of a session, and the rule that it breaks; for both roles.
BROKEN = {
    "empty": ([b""], "R2"), "text": (["text"], "R2"), "unknown type": ([b"\xb0"], "R2"),
    "truncated": ([ack(0)[:-1]], "R2"), "bytes behind": ([ack(0) + b"\0"], "R2"),
    "varint too long": ([b"\xa0\x81\x00"], "R3"), "seq 0": ([b"\xa0\0"], "R2"),
    "REJECT in between": ([encode("REJECT", reason=1, retry_ms=0, text="")], "R2"),
    "a second HELLO": ([hello(epoch=9)], "R2"), "a second WELCOME": ([welcome()], "R2"),
    "gap": ([data(2)], "R18"), "another frame under its seq": ([data(1), data(1, b"y")], "R18"),
    "behind END": ([END, data(2)], "R2"), "VOID in a message": (
        [data(1, flags=0), encode("VOID", seq=2)], "R8"),
    "END in a message": ([data(1, flags=0), encode("END", seq=2, code=0, text="")], "R8"),
    "TEXT in a message": ([data(1, flags=0), data(2, flags=FIN | TEXT)], "R8"),
    "EXT in a message": ([data(1, flags=0), encode("DATA", FIN | EXT, seq=2, ext={}, payload=b"")],
                         "R8"),
    "not UTF-8": ([data(1, b"\xe2\x82", FIN | TEXT)], "R9"),
    "not UTF-8, in parts": ([data(1, b"\xe2", TEXT), data(2, b"\x28\xa1")], "R9"),
    "NOTE not UTF-8": ([encode("NOTE", TEXT, payload=b"\xff")], "R9"),
    "frame too long": ([data(1, b"x" * 16383)], "R8"),
    "NOTE too long": ([encode("NOTE", payload=b"x" * 16384)], "R8"),
    "message too long": ([data(1, b"x" * 16000, 0), data(2, b"x" * 16000, 0),
                          data(3, b"x" * 16000, 0)], "R8"),
    "ack of the unsent": ([ack(1000)], "R22"), "done above recv": ([ack(0, DONE, done=1)], "R24"),
}
CLIENT_LIMITS = ["--max-message", 40000, "--window", 65536]


class Refusals(unittest.IsolatedAsyncioTestCase):
    """HELLOs that the server refuses, each beside a session that goes on."""

    async def refusal(self, url, frame):
        async with connected(url) as websocket:
            connection = Connection(websocket)
            await connection.send(frame)
            reject = await connection.next("REJECT")
            code, _ = await connection.closed()
            return reject.reason, code, getattr(reject, "recv", None), reject.flags & RETRY

    async def test_order_and_codes(self):
        async with Server("--feed", 1, "--max-sessions", 1) as server, \
                connected(server.url) as websocket:
            living = Connection(websocket)
            await living.send(hello(epoch=5))
            born = (await living.next("WELCOME")).born
            await living.next("DATA")
            check = check_of(living.raw)
            await living.send(data(1), ack(1))
            while (await living.next("ACK")).recv < 1:
                pass
            known = {"born": born, "epoch": 6, "recv": 1, "acked": 1, "tlvs": {7: check}}
            for change, expected in [
                    ({"version": 2}, (7, 4404)), ({"sid": b"?" * 16}, (1, 4404)),
                    ({"sid": b"?" * 16, "born": 0}, (8, 4503)),
                    ({"secret": b"?" * 16}, (2, 4403)), ({"born": born + 1}, (1, 4404)),
                    ({"epoch": 5}, (3, 4409)), ({"recv": 0, "tlvs": {}}, (4, 4404)),
                    ({"recv": 2}, (4, 4404)), ({"acked": 2}, (4, 4404)), ({"tlvs": {}}, (4, 4404)),
                    ({"tlvs": {7: check ^ 1}}, (4, 4404)),
                    ({"tlvs": {7: check, 5: 16385}}, (4, 4404)),
                    ({"tlvs": {7: check, 11: 1}}, (4, 4404)),
                    ({"tlvs": {7: check, 13: 1}}, (4, 4404))]:
                with self.subTest(change):
                    refused = await self.refusal(server.url, hello(**{**known, **change}))
                    self.assertEqual(refused[:2], expected)
                    self.assertEqual(refused[3], RETRY if expected[0] == 8 else 0)
            unknown_tlv = hello(**known) + b"\x04\x00"
            self.assertEqual((await self.refusal(server.url, unknown_tlv))[:2], (7, 4404))
            # Nothing of it has touched the session; the right HELLO takes it over.
            await living.send(data(2, flags=FIN | ACKME))
            while (await living.next("ACK")).recv < 2:
                pass
            async with connected(server.url) as second:
                await Connection(second).send(hello(**known))
                resumed = await Connection(second).next("WELCOME")
                self.assertEqual((resumed.flags, resumed.recv), (RESUMED, 2))
                self.assertEqual((await living.closed())[0], 4409)

    async def test_tombstones(self):
        async with Server("--ttl", 1) as server:
            async with connected(server.url) as websocket:
                connection = Connection(websocket)
                await connection.send(hello())
                await connection.next("WELCOME")
                await connection.send(data(1), encode("END", seq=2, code=0, text=""))
                await connection.next("END")
                await connection.send(ack(1))
                last = await connection.next("ACK")
                while (last.recv, last.flags) != (2, DONE):
                    last = await connection.next("ACK")
                self.assertEqual((await connection.closed())[0], 1000)
            self.assertEqual((await server.line())["end"], "clean")
            refused = await self.refusal(server.url, hello(epoch=2))
            self.assertEqual(refused, (5, 4404, 2, 0))
            other = hello(sid=b"o" * 16)
            async with connected(server.url) as websocket:
                await Connection(websocket).send(other)
                await Connection(websocket).next("WELCOME")
            self.assertEqual((await server.line())["end"], "expired")
            self.assertEqual(await self.refusal(server.url, other), (6, 4404, 0, 0))

    async def test_first_frames(self):
        async with Server() as server:
            for frame, rule in [(ack(0), "R13"), ("text", "R2"), (hello()[:-1], "R2"),
                                (hello(window=65535), "R8"), (hello({5: 40000}), "R8"),
                                (hello({5: 16383}), "R10")]:
                async with connected(server.url) as websocket:
                    await websocket.send(frame)
                    code, reason = await Connection(websocket).closed()
                    self.assertEqual((code, reason.split()[0]), (4400, rule))
            # What was not there before has no history.
            for fields in [{"epoch": 0}, {"recv": 1, "tlvs": {7: 0}}, {"acked": 1}]:
                reason = (await self.refusal(server.url, hello(**fields)))[0]
                self.assertEqual(reason, 3 if "epoch" in fields else 4)


class Breaches(unittest.IsolatedAsyncioTestCase):
    async def test_by_a_client(self):
        own = {"AUTH REQUEST": ([encode("AUTH", REQUEST, deadline_ms=1)], "R2"),
               "GOAWAY": ([encode("GOAWAY", grace_ms=0, retry_min_ms=0, retry_max_ms=0, url="")],
                          "R2"),
               "window overrun": ([data(n, b"x" * 16381 if n < 5 else b"x") for n in range(1, 6)],
                                  "R20")}
        async with Server("--max-message", 40000, "--window", 65536) as server:
            server.command_line("hold")  # so that the window closes
            for number, (name, (frames, rule)) in enumerate({**BROKEN, **own}.items()):
                with self.subTest(name):
                    async with connected(server.url) as websocket:
                        connection = Connection(websocket)
                        await connection.send(hello(sid=number.to_bytes(16, "big")))
                        await connection.next("WELCOME")
                        await connection.send(*frames)
                        code, reason = await connection.closed()
                        self.assertEqual((code, reason.split()[0]), (4400, rule), reason)

    async def test_by_a_server(self):
        own = {"a token": ([encode("AUTH", token=b"t")], "R2"),
               "bad url": ([encode("GOAWAY", grace_ms=0, retry_min_ms=0, retry_max_ms=0,
                                   url="nowhere")], "R27"),
               "unknown tlv": ([b"\x14\x01\x02\x02\x00"], "R4")}
        for name, (frames, rule) in {**BROKEN, **own}.items():
            with self.subTest(name):
                async def script(connection, _, frames=frames):
                    await connection.send(welcome(), *frames)
                    return await connection.closed()
                await self.check_client([script, lambda connection, _: self.again(
                    connection, frames)], rule)

    async def again(self, connection, frames):
        await connection.send(welcome(RESUMED), *frames)
        return await connection.closed()

    async def check_client(self, scripts, rule):
        """It names the rule, resumes once and gives up at the second time (§5)."""
        async with ScriptedServer(*scripts) as server, \
                Client(server.url, "--end", *CLIENT_LIMITS, "--delay-ms", 60000) as client:
            for _ in range(2):
                code, reason = await server.results.get()
                self.assertEqual((code, reason.split()[0]), (4400, rule), reason)
            result, code = await client.ended()
            self.assertEqual((result["end"], result["connects"], code), ("lost", 2, 1), result)
            self.assertTrue(result["reason"].startswith(f"4400 {rule}"), result)


if __name__ == "__main__":
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    unittest.main(argv=[sys.argv[0]])
