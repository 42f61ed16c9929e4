"""Sessions in files, and restarts: `test_sessions.py PROGRAM`."""

import os
import signal
import socket

from case import Case, main, run, start
from once import ONCE, serve, stop


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
            self.assertEqual((code, out), (0, b"last\n"), err)
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
                self.assertEqual(after.rest("stdout"), ["last"])

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
