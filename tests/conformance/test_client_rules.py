"""The JavaScript client against servers that break the rules, or say what an honest peer cannot be
brought to say: `test_client_rules.py`. The rule that is broken stands in the close reason."""

import asyncio
import logging
import sys
import unittest

from programs import Client, run_client, under_the_toolchain

if __name__ == "__main__":
    under_the_toolchain(__file__)

from frames import (DONE, HAS_RECV, PING, PONG, REQUEST, RESUMED, RETRY,  # noqa: E402
                    check_of, encode)
from scripted import BROKEN, ScriptedServer, ack, data, something, welcome  # noqa: E402

LIMITS = ["--max-message", 40000, "--window", 65536]


def reject(reason, flags=0, recv=0, retry_ms=0):
    return encode("REJECT", flags, reason=reason, recv=recv, retry_ms=retry_ms, text="because")


def goaway(flags=0, url=""):
    return encode("GOAWAY", flags, grace_ms=1000, retry_min_ms=0, retry_max_ms=0, url=url)


async def serve_well(connection, hello):
    """Begins or resumes a session of which nothing has been received, and ends it."""
    await connection.send(welcome(RESUMED if hello.born else 0), ack(0))
    await serve_the_rest(connection, hello)


async def serve_the_rest(connection, hello):
    """Takes what comes up to END, and ends."""
    recv = (await connection.next("END")).seq
    await connection.send(ack(recv, DONE, done=recv), encode("END", seq=hello.recv + 1, code=0,
                                                             text=""))
    while (await connection.next("ACK")).recv <= hello.recv:
        pass
    await connection.websocket.close(1000)


class Breaches(unittest.IsolatedAsyncioTestCase):
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
                Client(server.url, "--end", *LIMITS, "--delay-ms", 60000) as client:
            for _ in range(2):
                code, reason = await server.result()
                self.assertEqual((code, reason.split()[0]), (4400, rule), reason)
            result, code = await client.ended()
            self.assertEqual((result["end"], result["connects"], code), ("lost", 2, 1), result)
            self.assertTrue(result["reason"].startswith(f"4400 {rule}"), result)


class Openings(unittest.IsolatedAsyncioTestCase):
    async def run_against(self, scripts, *options):
        async with ScriptedServer(*scripts) as server:
            return await run_client(server.url, *options)

    async def test_first_answers_that_break_a_rule(self):
        for frame, rule in [(ack(0), "R13"), (data(1), "R13"), (goaway(), "R13"),
                            (welcome(window=65535), "R8"), (welcome(max_frame=40000), "R8"),
                            (welcome(max_frame=16383), "R10"), (welcome(heartbeat_ms=999), "R10"),
                            (welcome(born=0), "R14"), (welcome(tlvs={}) + b"\x02\x00", "R4")]:
            with self.subTest(frame.hex()):
                async def answer(connection, _, frame=frame):
                    await connection.send(frame)
                    return await connection.closed()
                result, code = await self.run_against([answer], "--end")
                self.assertEqual((result["end"], result["connects"], code), ("lost", 2, 1))
                self.assertTrue(result["reason"].startswith(f"4400 {rule}"), result)

    async def resume_with(self, answer, *options):
        """A session of which frame 1 has arrived each way; then `answer` is what is sent."""
        async def begin(connection, _):
            await connection.send(welcome(), data(1, b"1", 3), ack(0))
            await connection.next("DATA")
            self.check = check_of(connection.raw)
            while (await connection.next("ACK")).recv < 1:
                pass
            connection.websocket.transport.abort()

        async def resume(connection, hello):
            self.hello = hello
            await connection.send(answer(self.check))
            return await connection.closed()

        return await self.run_against([begin, resume], "--send", 1, "--expect", 2, *options)

    async def test_resumes(self):
        for answer, end, reason in [
                (lambda check: welcome(RESUMED, recv=1), "lost", "4:"),
                (lambda check: welcome(RESUMED, {7: check ^ 1}, recv=1), "lost", "4:"),
                (lambda check: welcome(RESUMED, {7: check}, recv=2), "lost", "4:"),
                (lambda check: welcome(RESUMED, {7: check}, recv=1, born=8), "lost", "1:"),
                (lambda check: welcome(0, {7: check}, recv=1), "lost", "1:"),
                (lambda check: welcome(RESUMED, {7: check}, recv=1, max_frame=16385), "lost",
                 "4400 R8"),
                (lambda check: reject(1), "lost", "REJECT 1"),
                (lambda check: reject(2), "stopped", "REJECT 2"),
                (lambda check: reject(3), "stopped", "REJECT 3"),
                (lambda check: reject(4), "lost", "REJECT 4"),
                (lambda check: reject(7), "lost", "REJECT 7"),
                (lambda check: reject(11, RETRY), "stopped", "REJECT 11"),
                (lambda check: reject(5, HAS_RECV, 2), "lost", "4400 R22")]:
            result, _ = await self.resume_with(answer)
            self.assertEqual(result["end"], end, result)
            self.assertTrue(result["reason"].startswith(reason), result)
            self.assertEqual((self.hello.recv, self.hello.epoch >= 2, self.hello.tlvs[7]),
                             (1, True, check_of(data(1, b"1", 3))))

    async def test_what_a_lost_session_leaves(self):
        """R29: the recv of the REJECT counts."""
        for answer, acked, in_doubt in [(lambda _: reject(6, HAS_RECV, 1), 1, 0),
                                        (lambda _: reject(6), 0, 1)]:
            result, _ = await self.resume_with(answer)
            self.assertEqual((result["end"], result["acked"], result["in_doubt"],
                              result["not_sent"]), ("lost", acked, in_doubt, 0))
        result, _ = await self.run_against([lambda connection, _: connection.send(reject(1))],
                                           "--send", 3)
        self.assertEqual((result["acked"], result["in_doubt"], result["not_sent"]), (0, 0, 3))

    async def test_retries(self):
        async def busy(connection, _):
            await connection.send(reject(8, RETRY, retry_ms=1))
            await connection.websocket.close(4503)

        result, code = await self.run_against([busy, busy, serve_well], "--send", 3, "--end")
        self.assertEqual((result["end"], result["connects"], code), ("clean", 3, 0))

    async def test_closes(self):
        for close, end in [(1000, "clean"), (1006, "clean"), (1012, "clean"), (4404, "clean"),
                           (4408, "clean"), (4429, "clean"), (4500, "clean"), (4503, "clean"),
                           (4400, "clean"), (4403, "stopped"), (4409, "stopped"),
                           (4401, "stopped")]:
            with self.subTest(close):
                async def answer(connection, _, close=close):
                    await connection.send(welcome())
                    await connection.next("ACK")
                    if close == 1006:
                        connection.websocket.transport.abort()
                    else:
                        await connection.websocket.close(close)
                result, _ = await self.run_against([answer, serve_well], "--send", 1, "--end")
                self.assertEqual(result["end"], end, result)


class Conduct(unittest.IsolatedAsyncioTestCase):
    async def test_nothing_before_the_first_welcome(self):
        async def wait(connection, _):
            self.assertIsNone(await something(connection))
            await connection.send(welcome())
            self.assertEqual((await connection.next()).type, "ACK")
            self.assertEqual((await connection.next()).seq, 1)

        async with ScriptedServer(wait) as server, Client(server.url, "--send", 1):
            self.assertIsNone(await server.result())

    async def test_kept_frames_leave_with_hello(self):
        """R13: from acked + 1 inside the limit, and none of them again behind WELCOME."""
        async def begin(connection, _):
            await connection.send(welcome(), ack(0))
            while (await connection.next("DATA")).seq < 20:
                pass
            await connection.send(ack(3))
            await connection.send(ack(3, PING))
            await connection.next("ACK")
            connection.websocket.transport.abort()

        async def resume(connection, hello):
            seqs = [(await connection.next("DATA")).seq for _ in range(17)]
            self.assertEqual((hello.acked, seqs), (3, list(range(4, 21))))
            last = await connection.next("END")
            self.assertEqual(last.seq, 21)
            await connection.send(welcome(RESUMED, {7: check_of(connection.raw)}, recv=21))
            self.assertEqual((await connection.next()).type, "ACK")
            self.assertIsNone(await something(connection))

        async with ScriptedServer(begin, resume) as server, \
                Client(server.url, "--send", 20, "--end"):
            for _ in range(2):
                self.assertIsNone(await server.result())

    async def test_limits(self):
        """R20: not a frame above the limit, and on with the room."""
        async def narrow(connection, _):
            await connection.send(welcome(), ack(0))
            for seq in range(1, 5):
                self.assertEqual((await connection.next("DATA")).seq, seq)
            await connection.send(ack(4, PING, window=0))
            await connection.next("ACK")
            self.assertIsNone(await something(connection))
            await connection.send(ack(4, window=14000))
            self.assertEqual((await connection.next("DATA")).seq, 5)
            self.assertIsNone(await something(connection))

        # Four of them fit into 65536.
        async with ScriptedServer(narrow) as server, \
                Client(server.url, "--send", 6, "--bytes", 13900):
            self.assertIsNone(await server.result())

    async def test_acks(self):
        async def ask(connection, _):
            await connection.send(welcome())
            await connection.next("ACK")
            await connection.send(ack(0, PING))
            self.assertEqual((await connection.next("ACK")).flags, PONG)
            await connection.send(data(1, b"1", 3 | 8))
            first = await connection.next("ACK")
            self.assertEqual((first.recv, first.flags, first.done), (1, DONE, 1))
            await connection.send(*[data(1, b"1", 3 | 8)] * 5)
            self.assertEqual((await connection.next("ACK")).recv, 1)
            self.assertIsNone(await something(connection))
            await connection.send(data(2, b"2", 3))
            self.assertEqual((await connection.next("ACK")).recv, 2)

        async with ScriptedServer(ask) as server, Client(server.url, "--expect", 3):
            self.assertIsNone(await server.result())

    async def test_duplicates(self):
        """R18: once, whatever comes again."""
        async def repeat(connection, hello):
            frames = [data(seq, b"%d" % seq, 3) for seq in range(1, 4)]
            await connection.send(welcome(), *frames, *frames, frames[1], frames[2])
            hello.recv = 3
            return await serve_the_rest(connection, hello)

        async with ScriptedServer(repeat) as server:
            result, code = await run_client(server.url, "--send", 1, "--expect", 3, "--end")
            self.assertEqual((result["received"], result["twice"], code), (3, 0, 0), result)

    async def test_moves(self):
        """R27: the old connection is used until HELLO; its 4409 means nothing."""
        moved = asyncio.Event()

        async def old(connection, _):
            await connection.send(welcome(), goaway())
            await moved.wait()
            await connection.send(data(1, b"1", 3), data(7), reject(3))
            await connection.websocket.close(4409)

        async def new(connection, hello):
            moved.set()
            return await serve_well(connection, hello)

        async with ScriptedServer(old, new) as server:
            result, code = await run_client(server.url, "--send", 5, "--end")
            self.assertEqual((result["end"], result["connects"], code), ("clean", 2, 0), result)

    async def test_silence(self):
        async def silent(connection, _):
            await connection.send(welcome(heartbeat_ms=1000))
            return await connection.closed()

        async with ScriptedServer(silent, serve_well) as server:
            result, code = await run_client(server.url, "--send", 5, "--end")
            self.assertEqual(await server.result(), (4408, "R23 silence"))
            self.assertEqual((result["end"], result["connects"], code), ("clean", 2, 0), result)

    async def test_tokens(self):
        async def ask(connection, hello):
            await connection.send(welcome(), encode("AUTH", REQUEST, deadline_ms=1000))
            fresh = await connection.next("AUTH")
            self.assertEqual((hello.tlvs[2], fresh.token, fresh.flags), (b"a:1", b"a:2", 0))

        async with ScriptedServer(ask) as server, \
                Client(server.url, "--expect", 1, "--token", "a:1", "--token", "a:2"):
            self.assertIsNone(await server.result())

if __name__ == "__main__":
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    unittest.main(argv=sys.argv)
