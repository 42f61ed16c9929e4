"""The Python server against clients that break the rules, or would be refused:
`test_server_rules.py`. The rule that is broken stands in the close reason."""

import asyncio
import logging
import sys
import unittest

from programs import Server, under_the_toolchain

if __name__ == "__main__":
    under_the_toolchain(__file__)

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


if __name__ == "__main__":
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    unittest.main(argv=[sys.argv[0]])
