"""`resock connect --exactly-once` and `resock serve`: `test_exactly_once.py PROGRAM`."""

import json
import os
import re
import signal
import socket
import threading
import unittest

from case import FAST, Case, main, run, start
from program import Peer

LISTENING = re.compile(r"^listening on (\S+)$")
LOOPBACK = "ws://127.0.0.1:0"
ONCE = ["--exactly-once", *FAST]


def serve(*arguments, prints=False, listen=LOOPBACK, **streams):
    """Starts a server; it and the URL that it got."""
    process = start("serve", "--listen", listen, *arguments, **streams)
    line = process.line("stderr" if prints else "stdout")
    found = LISTENING.match(line)
    if not found:
        raise AssertionError(f"no address in {line!r}")
    return process, found.group(1)


def stop(process):
    process.send_signal(signal.SIGTERM)
    return process.status()


class Chaos:
    """A line to `url` that is cut; `url` is its own."""

    def __init__(self, url, *options):
        self.process = start("chaos", "--to", url.removeprefix("ws://"), "--json", *options)

    def __enter__(self):
        self.process.__enter__()
        first = json.loads(self.process.line("stdout"))
        self.url = f"ws://{first['address']}/"
        return self

    def __exit__(self, *error):
        self.process.__exit__(*error)

    def cuts(self):
        """Ends it; how many connections it has cut."""
        self.process.send_signal(signal.SIGINT)
        assert self.process.status() == 0
        return json.loads(self.process.rest("stdout")[-1])["cut"]


class ThroughCuts(Case):
    def test_a_file_of_lines_arrives_as_it_is(self):
        lines = [f"{number}: é ✓ {'x' * (number % 200)}" for number in range(1, 20001)]
        lines[7] = ""
        file = self.folder / "lines"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        alive = ["--set", "heartbeat.interval=1s"]  # how a half-open connection is noticed
        for cuts, how in [(10, ["--reset"]), (10, []), (3, ["--half-open"])]:
            with self.subTest(how), open(self.folder / "out", "wb") as out:
                server, url = serve("--print", "--exactly-once", *alive, prints=True, stdout=out)
                with server:
                    with Chaos(url, "--cut-every", "150KiB", "--cuts", cuts, "--seed", 5,
                               *how) as proxy:
                        with open(file, "rb") as stdin, \
                                start("connect", proxy.url, *ONCE, *alive, stdin=stdin) as client:
                            self.assertEqual(client.status(), 0, client.rest("stderr"))
                        self.assertEqual(proxy.cuts(), cuts)
                    self.assertEqual(stop(server), 0)
            self.assertEqual((self.folder / "out").read_bytes(), file.read_bytes())

    def test_a_binary_file_arrives_as_it_is(self):
        data = bytes(byte * 7 % 251 for byte in range(65537)) * 60
        file = self.folder / "data"
        file.write_bytes(data)
        with open(self.folder / "out", "wb") as out:
            # Plain clients are let in, too: resock.v1 is known by itself.
            server, url = serve("--print", "--binary", prints=True, stdout=out)
            with server:
                with Chaos(url, "--cut-every", "300KiB", "--cuts", 10, "--reset", "--seed",
                           7) as proxy:
                    with open(file, "rb") as stdin, \
                            start("connect", proxy.url, "--binary", "--chunk", "100kB", *ONCE,
                                  stdin=stdin) as client:
                        self.assertEqual(client.status(), 0, client.rest("stderr"))
                    self.assertEqual(proxy.cuts(), 10)
                self.assertEqual(stop(server), 0)
        self.assertEqual((self.folder / "out").read_bytes(), data)

    def test_what_is_sent_back_arrives_once_before_the_end(self):
        lines = [f"{number}: {'y' * 90}" for number in range(1, 10001)]
        data = ("\n".join(lines) + "\n").encode()
        server, url = serve("--echo")
        with server:
            with Chaos(url, "--cut-every", "70KiB", "--cuts", 8, "--reset", "--seed", 3) as proxy:
                code, out, err = run("connect", proxy.url, *ONCE, stdin=data)
                self.assertEqual(code, 0, err)
                self.assertEqual(proxy.cuts(), 8)
            self.assertEqual(stop(server), 0)
        self.assertEqual(out, data)
        self.assertIn("session resumed", err)


class WhoSpeaksIt(Case):
    def test_a_plain_server_is_told_at_once(self):
        with Peer("raw_server.py") as server:
            code, out, err = run("connect", server.url, "--exactly-once", stdin=b"a\n")
        self.assertEqual((code, out), (3, b""), err)
        self.assertIn("resock.v1", err)

    def test_a_server_may_let_in_nobody_else(self):
        server, url = serve("--echo", "--exactly-once")
        with server:
            code, out, err = run("connect", url, stdin=b"a\n")
            self.assertEqual((code, out), (3, b""), err)
            self.assertIn("400", err)
            self.assertEqual(run("connect", url, "--exactly-once", "-q", stdin=b"a\n"),
                             (0, b"a\n", ""))
            self.assertEqual(stop(server), 0)

    def test_wrong_use(self):
        for arguments, expected in [
                (["connect", "ws://127.0.0.1:1/", "--outbox", "x"], "--exactly-once"),
                (["connect", "echo:", "--exactly-once"], "resock.v1"),
                (["connect", "ws://127.0.0.1:1/", "--exactly-once", "--outbox", "/no/such/x"],
                 "/no/such"),
                (["connect", "ws://127.0.0.1:1/", "--exactly-once", "--set", "confirm=pong"],
                 "leave it out"),
                (["connect", "ws://127.0.0.1:1/", "--exactly-once", "--set",
                  "session.done=manual"], "standard output"),
                (["serve", "--listen", LOOPBACK, "--echo", "--set", "session.done=manual"],
                 "session.done"),
                (["serve", "--listen", LOOPBACK, "--echo", "--sessions", "/no/such/x"],
                 "/no/such")]:
            with self.subTest(arguments):
                code, out, err = run(*arguments)
                self.assertEqual((code, out), (2, b""), err)
                self.expect_one_line(err, expected)


class Outbox(Case):
    def setUp(self):
        super().setUp()
        self.file = self.folder / "outbox"
        self.options = [*ONCE, "--outbox", self.file]

    def test_a_killed_program_goes_on_where_it_was(self):
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            url = f"ws://127.0.0.1:{nobody.getsockname()[1]}"
            with start("connect", url, "--events", *self.options) as client:
                client.write(b"one\ntwo\nthree\n")
                client.line_with("CONFIRMED through 3 at stored")
                client.process.kill()
        server, _ = serve("--print", prints=True, listen=url)
        with server:
            code, _, err = run("connect", url, *self.options, stdin=b"four\n")
            self.assertEqual(code, 0, err)
            # The session has ended; the file is ready for the next one.
            self.assertEqual(run("connect", url, *self.options, stdin=b"five\n")[0], 0)
            self.assertEqual(stop(server), 0)
            self.assertEqual(server.rest("stdout"), ["one", "two", "three", "four", "five"])

    def test_ctrl_c_leaves_the_session_and_says_how_far_it_came(self):
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            url = f"ws://127.0.0.1:{nobody.getsockname()[1]}"
            with start("connect", url, "--events", *self.options) as client:
                client.write(b"one\ntwo\n")
                client.line_with("CONFIRMED through 2 at stored")
                client.send_signal(signal.SIGINT)
                self.assertEqual(client.status(), 130)
                client.line_with(f"stopped after 2 lines of standard input; 2 messages wait in "
                                 f"{self.file} for the next run")
        server, _ = serve("--print", prints=True, listen=url)
        with server:
            self.assertEqual(run("connect", url, *self.options)[0], 0)
            self.assertEqual(stop(server), 0)
            self.assertEqual(server.rest("stdout"), ["one", "two"])

    def test_after_ctrl_c_the_session_goes_on(self):
        lines = [str(number) for number in range(1, 2001)]
        server, url = serve("--echo")
        with server:
            with start("connect", url, *self.options) as client:
                client.write(("\n".join(lines) + "\n").encode())
                self.assertEqual([client.line() for _ in lines], lines)
                client.send_signal(signal.SIGINT)
                self.assertEqual(client.status(), 130)
            code, out, err = run("connect", url, *self.options, stdin=b"last\n")
            self.assertEqual(code, 0, err)
            printed = out.decode().splitlines()
            self.assertEqual(printed, (lines + ["last"])[-len(printed):])
            self.assertIn("session resumed", err)
            self.assertEqual(stop(server), 0)

    def test_two_programs_cannot_share_it(self):
        server, url = serve("--echo")
        with server, start("connect", url, "--events", *self.options) as first:
            first.line_with("OPEN")
            code, out, err = run("connect", url, *self.options)
            self.assertEqual((code, out), (2, b""))
            self.expect_one_line(err, str(self.file))
            first.close_input()
            self.assertEqual(first.status(), 0)
            self.assertEqual(stop(server), 0)

    def test_what_was_not_written_comes_again(self):
        lines = [f"{number}: {'z' * 990}" for number in range(1, 201)]
        reads, writes = os.pipe()  # takes 64 KiB, and nobody reads while the first one runs
        server, url = serve("--echo")
        with server, open(reads, "rb") as taken:
            with start("connect", url, "--events", *self.options, stdout=writes) as client:
                os.close(writes)
                client.write(("\n".join(lines[:100]) + "\n").encode())
                client.line_with("number 100")
                client.process.kill()
            before = taken.read().decode().splitlines()
            code, out, err = run("connect", url, "--events", *self.options,
                                 stdin=("\n".join(lines[100:]) + "\n").encode())
            self.assertEqual(code, 0, err)
            self.assertEqual(stop(server), 0)
        after = out.decode().splitlines()
        self.assertIn("number 100, redelivered", err)
        # A line that the kill cut off comes whole; one that was just written may come again.
        whole = [line for line in before if line in lines]
        self.assertEqual(whole, lines[:len(whole)])
        self.assertLess(len(whole), 100)
        first = lines.index(after[0])
        self.assertLessEqual(first, len(whole))
        self.assertEqual(after, lines[first:])


class Restart(Case):
    def test_sessions_in_a_file_outlive_the_server(self):
        sessions = ["--sessions", self.folder / "sessions"]
        server, url = serve("--print", *sessions, prints=True)
        with server, start("connect", url, "--events", *ONCE) as client:
            client.write(b"one\n")
            self.assertEqual(server.line("stdout"), "one")
            client.line_with("CONFIRMED through 1 at processed")
            server.process.kill()
            client.line_with("DOWN")
            client.write(b"two\n")
            after, _ = serve("--print", *sessions, prints=True, listen=url)
            with after:
                client.line_with("session resumed")
                client.write(b"three\n")
                client.close_input()
                self.assertEqual(client.status(), 0, client.rest("stderr"))
                self.assertEqual(stop(after), 0)
                self.assertEqual(after.rest("stdout"), ["two", "three"])

    def test_an_orderly_restart_loses_nothing(self):
        sessions = ["--sessions", self.folder / "sessions"]
        lines = [str(number) for number in range(1, 2001)]
        server, url = serve("--print", *sessions, prints=True)
        with server, start("connect", url, *ONCE) as client:
            client.write(("\n".join(lines) + "\n").encode())
            self.assertEqual([server.line("stdout") for _ in lines], lines)
            self.assertEqual(stop(server), 0)  # although the client is there
            after, _ = serve("--print", *sessions, prints=True, listen=url)
            with after:
                client.write(b"last\n")
                client.close_input()
                self.assertEqual(client.status(), 0, client.rest("stderr"))
                self.assertEqual(stop(after), 0)
                # What was printed and not yet written down as done comes again, in its order.
                printed = after.rest("stdout")
                self.assertEqual(printed, (lines + ["last"])[-len(printed):])

    def test_sessions_in_memory_end_in_order_and_new_ones_follow(self):
        server, url = serve("--print", prints=True)
        with server, start("connect", url, *ONCE) as client:
            client.write(b"one\n")
            self.assertEqual(server.line("stdout"), "one")
            self.assertEqual(stop(server), 0)
            after, _ = serve("--print", prints=True, listen=url)
            with after:
                client.write(b"two\n")
                client.close_input()
                self.assertEqual(client.status(), 0)
                self.assertNotIn("lost", " ".join(client.rest("stderr")))
                self.assertEqual(stop(after), 0)
                self.assertEqual(after.rest("stdout"), ["two"])

    def test_a_server_that_has_forgotten_them_is_a_loss_that_is_said(self):
        server, url = serve("--print", prints=True)
        with server, start("connect", url, *ONCE) as client:
            client.write(b"one\n")
            self.assertEqual(server.line("stdout"), "one")
            server.process.kill()
            client.line_with("down: ")
            after, _ = serve("--print", prints=True, listen=url)
            with after:
                client.line_with("session lost: ")
                client.line_with("resock: the session was lost")
                self.assertEqual(client.status(), 1)
                self.assertEqual(stop(after), 0)

    def test_a_new_session_may_follow(self):
        server, url = serve("--print", prints=True)
        with server, start("connect", url, *ONCE, "--set", "session.on_lost=new") as client:
            client.write(b"one\n")
            self.assertEqual(server.line("stdout"), "one")
            server.process.kill()
            client.line_with("down: ")
            after, _ = serve("--print", prints=True, listen=url)
            with after:
                client.line_with("a new session goes on")
                client.write(b"two\n")
                self.assertEqual(after.line("stdout"), "two")
                client.close_input()
                client.status()
                self.assertEqual(stop(after), 0)


if __name__ == "__main__":
    main()
