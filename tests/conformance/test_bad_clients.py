"""`resock serve` against clients that are refused, or are too many, each beside a session that goes
on: `test_bad_clients.py RESOCK`"""

import asyncio
import base64
import contextlib
import logging
import unittest

from cpp_ends import TELLING, Serve, resock_of

if __name__ == "__main__":
    RESOCK = resock_of(__file__)

from frames import ACKME, FIN, PING, RESUMED, RETRY, check_of, encode  # noqa: E402
from scripted import SECRET, SID, Connection, ack, connected, data, hello  # noqa: E402
from siege import WORDS, Case, Good, Sender  # noqa: E402
from websockets.exceptions import ConnectionClosed, InvalidStatus  # noqa: E402


class Refusals(Case):
    async def refusal(self, url, frame):
        async with connected(url) as websocket:
            connection = Connection(websocket)
            await connection.send(frame)
            reject = await connection.next("REJECT")
            code, _ = await connection.closed()
            return reject.reason, code, getattr(reject, "recv", None), reject.flags & RETRY

    async def test_order_and_codes(self):
        async with self.besieged() as server, self.session(server.url, sid=SID, epoch=5) as living:
            born = living.welcome.born
            await living.send(data(1))
            await living.next("DATA")
            check = check_of(living.raw)
            await living.send(ack(1, PING))
            while (await living.next("ACK")).recv < 1:
                pass
            known = {"born": born, "epoch": 6, "recv": 1, "acked": 1, "tlvs": {7: check}}
            for change, expected in [
                    ({"version": 2}, (7, 4404)), ({"sid": b"?" * 16}, (1, 4404)),
                    ({"secret": b"?" * 16}, (2, 4403)), ({"born": born + 1}, (1, 4404)),
                    ({"epoch": 5}, (3, 4409)), ({"epoch": 4}, (3, 4409)),
                    ({"epoch": 5, "born": 0, "recv": 0, "acked": 0, "tlvs": {}}, (3, 4409)),
                    ({"recv": 0, "tlvs": {}}, (4, 4404)), ({"recv": 2}, (4, 4404)),
                    ({"acked": 2}, (4, 4404)), ({"tlvs": {}}, (4, 4404)),
                    ({"tlvs": {7: check ^ 1}}, (4, 4404)),
                    ({"tlvs": {7: check, 5: 16385}}, (4, 4404)),
                    ({"tlvs": {7: check, 11: 1}}, (4, 4404)),
                    ({"tlvs": {7: check, 13: 1}}, (4, 4404)),
                    # What is wrong first decides.
                    ({"secret": b"?" * 16, "born": born + 1, "epoch": 1}, (2, 4403)),
                    ({"born": born + 1, "epoch": 1, "recv": 9}, (1, 4404)),
                    ({"epoch": 1, "recv": 9}, (3, 4409))]:
                with self.subTest(change):
                    refused = await self.refusal(server.url, hello(**{**known, **change}))
                    self.assertEqual((refused[:2], refused[3]), (expected, 0))
            unknown_tlv = hello(**known) + b"\x04\x00"
            self.assertEqual((await self.refusal(server.url, unknown_tlv))[:2], (7, 4404))
            # Nothing of it has touched the session; the right HELLO takes it over.
            await living.send(data(2, flags=FIN | ACKME))
            while (await living.next("ACK")).recv < 2:
                pass
            async with self.session(server.url, sid=SID, **known) as second:
                self.assertEqual((second.welcome.flags, second.welcome.recv), (RESUMED, 2))
                self.assertEqual((await living.closed())[0], 4409)
                # And the first, again, with its state: nothing changes hands.
                again = await self.refusal(server.url, hello(sid=SID, **known))
                self.assertEqual(again[:2], (3, 4409))
                await self.lives(second)

    async def test_what_was_not_there_has_no_history(self):
        async with self.besieged() as server:
            for fields in [{"epoch": 0}, {"recv": 1, "tlvs": {7: 0}}, {"acked": 1}]:
                frame = hello(sid=self.sid(), **fields)
                with self.subTest(fields):
                    reason = (await self.refusal(server.url, frame))[0]
                    self.assertEqual(reason, 3 if "epoch" in fields else 4)

    async def test_tombstones(self):
        async with self.besieged("listen.session_ttl=1s", "listen.session_tombstone=60s") as server:
            async with self.session(server.url, sid=SID) as connection:
                await connection.send(data(1), encode("END", seq=2, code=0, text=""))
                while (await connection.next("DATA", "END")).type != "END":
                    pass
                await connection.send(ack(2))
                self.assertEqual((await connection.closed())[0], 1000)
            refused = await self.refusal(server.url, hello(epoch=2))
            self.assertEqual(refused, (5, 4404, 2, 0))
            # To one who has another secret there was no such session.
            async with self.session(server.url, sid=SID, secret=b"?" * 16):
                pass

    async def test_tokens(self):
        async with Serve(RESOCK, *WORDS, "listen.token=right-one", options=TELLING) as server, \
                Good(server.url, {2: b"right-one"}):
            for tlvs in [{}, {2: b""}, {2: b"wrong-one"}, {2: b"right-one "}]:
                refused = await self.refusal(server.url, hello(tlvs, sid=self.sid()))
                self.assertEqual((refused[:2], refused[3]), ((11, 4401), RETRY))
        self.assertNotIn(b"right-one", server.said)
        self.assertNotIn(b"wrong-one", server.said)

    async def test_what_is_never_said(self):
        """R12: neither sid nor secret, whatever is told of a session."""
        words = [*WORDS, "log.level=debug"]
        async with Serve(RESOCK, *words, options=[*TELLING, "--drain", "10ms"]) as server:
            async with self.session(server.url, sid=SID) as connection:
                born = connection.welcome.born
                for fields in [{"epoch": 1}, {"epoch": 9, "secret": b"?" * 16},
                               {"epoch": 9, "born": born + 1}, {"epoch": 9, "acked": 9}]:
                    await self.refusal(server.url, hello(**{"born": born, **fields}))
                await connection.send(data(9))
                await connection.closed()
            await server.stopped()
        self.assertIn(b'"event":"CLOSED"', server.said)
        for secret in (SID, SECRET):
            for form in (secret, secret.hex().encode(), base64.b64encode(secret)[:20]):
                self.assertNotIn(form, server.said)

    async def test_a_copied_store(self):
        """R18: another frame under a number that has arrived, of one that had the state, too."""
        async with self.besieged() as server, self.session(server.url, sid=SID) as first:
            await first.send(data(1, b"of the first", FIN | ACKME))
            while (await first.next("ACK")).recv < 1:
                pass
            async with self.session(server.url, sid=SID, born=first.welcome.born,
                                    epoch=2) as second:
                self.assertEqual((await first.closed())[0], 4409)
                await second.send(data(1, b"of the second"), data(2))
                code, reason = await second.closed()
                self.assertEqual((code, reason.split()[0]), (4400, "R18"), reason)
            async with self.session(server.url, sid=SID, born=first.welcome.born,
                                    epoch=3) as third:
                self.assertEqual(third.welcome.recv, 1)  # frame 2 was not processed


class Floods(Case):
    """More than there may be; memory is measured beside."""

    MOST_GROWTH_KIB = 32 * 1024

    async def grown(self, server, before):
        self.assertLess(server.memory_kib() - before, self.MOST_GROWTH_KIB)

    async def test_hellos(self):
        async with self.besieged("listen.session_count=50") as server:
            before = server.memory_kib()
            reasons = []
            for _ in range(40):
                async def one():
                    async with connected(server.url) as websocket:
                        connection = Connection(websocket)
                        await connection.send(hello(sid=self.sid()))
                        answer = await connection.next("WELCOME", "REJECT")
                        if answer.type == "WELCOME":
                            return None
                        return answer.reason, answer.flags, (await connection.closed())[0]

                reasons += await asyncio.gather(*[one() for _ in range(10)])
            self.assertEqual(reasons.count(None), 49)
            self.assertEqual(reasons.count((8, RETRY, 4503)), 400 - 49)
            await self.grown(server, before)

    async def test_hellos_of_one_session(self):
        """Each takes over from the one before."""
        async with self.besieged() as server:
            before = server.memory_kib()
            born = 0
            for epoch in range(1, 200):
                async with self.session(server.url, sid=SID, born=born, epoch=epoch) as connection:
                    born = connection.welcome.born
            await self.grown(server, before)

    async def test_hellos_of_one_session_at_once(self):
        """On several threads: R14 is one atomic step, so there is one session."""
        async with Serve(RESOCK, *WORDS, "io.threads=4",
                         options=[*TELLING, "--drain", "10ms"]) as server:
            # "cut": taken over in the midst of its own opening. It knows of no session, and asks again.
            allowed = {None, (8, 4503), (3, 4409), "cut"}

            async def one(sid, epoch):
                async with connected(server.url) as websocket:
                    connection = Connection(websocket)
                    await connection.send(hello(sid=sid, epoch=epoch))
                    try:
                        answer = await connection.next("WELCOME", "REJECT")
                    except ConnectionClosed:
                        return "cut"
                    if answer.type == "REJECT":
                        return answer.reason, (await connection.closed())[0]

            for _ in range(50):
                sid = self.sid()
                ends = await asyncio.gather(*[one(sid, epoch) for epoch in (1, 2, 3, 4)])
                self.assertEqual(set(ends) - allowed, set())
                self.assertIn(None, ends)
            await server.stopped()
        self.assertEqual(len(server.events("ACCEPTED")), 50)

    async def test_connections_that_say_nothing(self):
        async with self.besieged("listen.connections=21") as server:
            before = server.memory_kib()
            async with contextlib.AsyncExitStack() as stack:
                for _ in range(20):
                    await stack.enter_async_context(connected(server.url))
                for _ in range(50):
                    with self.assertRaises(InvalidStatus) as refused:
                        await connected(server.url)
                    self.assertEqual(refused.exception.response.status_code, 503)
            await self.grown(server, before)

    async def test_chunks_without_end(self):
        """Many incomplete messages, each in its bound."""
        async with self.besieged("message.max=16MiB", "listen.memory=8MiB",
                                 "session.window=1MiB") as server:
            before = server.memory_kib()

            async def endless():
                """15 MiB of a message, or why it could not send them: the close code."""
                async with self.session(server.url) as connection:
                    sender = Sender(connection, 16000, flags=0)
                    with contextlib.suppress(ConnectionClosed):
                        while sender.seq < 983 and not await sender.is_shut():
                            await sender.send()
                    return await connection.closed()

            ends = await asyncio.gather(*[endless() for _ in range(10)], return_exceptions=True)
            await self.grown(server, before)
        # Whoever is above what all may hold together is closed; the good session is not.
        self.assertEqual({end and end[0] for end in ends} - {None, 1013}, set())


if __name__ == "__main__":
    # unittest runs asyncio in debug mode, whose warnings of slow steps say nothing here.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    Case.resock = RESOCK
    unittest.main()
