"""The Python server against clients that break the rules, or would be refused:
`test_server_rules.py`. The rule that is broken stands in the close reason."""

import logging
import sys
import unittest

from programs import Server, under_the_toolchain

if __name__ == "__main__":
    under_the_toolchain(__file__)

from frames import (ACKME, DONE, FIN, PING, PONG, REQUEST, RESUMED, RETRY,  # noqa: E402
                    check_of, encode)
from scripted import (BROKEN, Connection, ack, connected, data, hello,  # noqa: E402
                      something)

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
                                (hello({5: 16383}), "R10"), (b"", "R2")]:
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


class Conduct(unittest.IsolatedAsyncioTestCase):
    async def opened(self, websocket, **fields):
        connection = Connection(websocket)
        await connection.send(hello(**fields))
        connection.welcome = await connection.next("WELCOME")
        self.assertEqual((await connection.next()).type, "ACK")  # R21
        return connection

    async def test_acks(self):
        async with Server("--window", 65536) as server, connected(server.url) as websocket:
            connection = await self.opened(websocket)
            await connection.send(ack(0, PING))
            self.assertEqual((await connection.next()).flags, PONG)
            await connection.send(data(1, flags=FIN | ACKME))
            while (received := await connection.next()).flags != DONE:
                self.assertEqual((received.recv, received.window), (1, 65536 - 35))
            self.assertEqual((received.recv, received.done, received.window), (1, 1, 65536))
            await connection.send(*[data(1, flags=FIN | ACKME)] * 5)
            self.assertEqual((await connection.next()).recv, 1)
            self.assertIsNone(await something(connection))
            await connection.send(data(2, b"x" * 16300))
            while (await connection.next()).done < 2:
                pass
            self.assertIsNone(await something(connection))

    async def test_a_window_that_opens(self):
        """R20: closed while nothing is handled, but for what an incomplete message needs."""
        async with Server("--window", 65536) as server, connected(server.url) as websocket:
            connection = await self.opened(websocket)
            frames = [data(seq, b"x" * 16300, 0) for seq in range(1, 5)]
            await connection.send(*frames[:3])
            while (received := await connection.next()).recv < 3:
                pass
            self.assertEqual(received.window, 65536 - 3 * (16302 + 32))
            await connection.send(frames[3])
            while (received := await connection.next()).recv < 4:
                pass
            self.assertEqual(received.window, 16384 + 32)
            server.command_line("hold")
            await server.connected(1)
            await connection.send(data(5, b"x" * 16000))
            while (received := await connection.next()).recv < 5:
                pass
            self.assertEqual((received.window, received.flags), (0, 0))
            self.assertIsNone(await something(connection))
            server.command_line("go")
            opened = await connection.next()
            self.assertEqual((opened.recv, opened.done, opened.window), (5, 5, 65536))

    async def test_heartbeat_and_silence(self):
        async with Server("--heartbeat-ms", 1000) as server, connected(server.url) as websocket:
            connection = await self.opened(websocket)
            self.assertEqual((await connection.next("ACK")).flags, PING)
            await connection.send(ack(0, PONG))
            self.assertEqual(await connection.closed(), (4408, "R23 silence"))

    async def test_no_hello(self):
        async with Server() as server, connected(server.url) as websocket:
            self.assertEqual((await Connection(websocket).closed())[0], 4408)

    async def test_limits_and_takeover(self):
        """R20: not a frame above the limit; a new connection begins behind recv, and the old one
        is heard no more."""
        async with Server("--feed", 6, "--bytes", 13900) as server, \
                connected(server.url) as first, connected(server.url) as second:
            old = await self.opened(first)
            seqs = [(await old.next("DATA")).seq for _ in range(4)]
            self.assertEqual(seqs, [1, 2, 3, 4])
            check = check_of(old.raw)
            self.assertIsNone(await something(old))
            new = await self.opened(second, born=old.welcome.born, epoch=2, recv=4,
                                    tlvs={7: check}, window=14000)
            self.assertEqual((await new.next("DATA")).seq, 5)
            self.assertIsNone(await something(new))
            self.assertEqual((await old.closed())[0], 4409)
            await new.send(ack(5, window=14000))
            self.assertEqual((await new.next("DATA")).seq, 6)

    async def test_tokens(self):
        async with Server("--token", "ann:1", "--token", "ann:2", "--token", "bob:1") as server:
            for answer, end in [(b"ann:2", None), (b"bob:1", (4403, "R26")), (None, (4401, "R26"))]:
                with self.subTest(answer):
                    async with connected(server.url) as websocket:
                        connection = await self.opened(websocket, sid=bytes(16), tlvs={2: b"ann:1"})
                        server.command_line("auth 300")
                        request = await connection.next("AUTH")
                        self.assertEqual((request.flags, request.deadline_ms), (REQUEST, 300))
                        if answer:
                            await connection.send(encode("AUTH", token=answer))
                        if end:
                            code, reason = await connection.closed()
                            self.assertEqual((code, reason.split()[0]), end)
                        else:
                            await connection.send(ack(0, PING))
                            self.assertEqual((await connection.next()).flags, PONG)
                        server.command_line("forget")
                        await server.line()

if __name__ == "__main__":
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    unittest.main(argv=sys.argv)
