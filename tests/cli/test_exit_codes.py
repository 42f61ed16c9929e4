"""How `resock connect` ends: `test_exit_codes.py PROGRAM`."""

import signal

from case import Case, main, run, start
from program import Peer, ScriptedServer, closed_port, recorded


class ExitCodes(Case):
    def test_never_connected(self):
        once = ["--set", "reconnect.attempts=0"]
        with Peer("raw_server.py", "--accept", "bad") as wrong:
            cases = [
                ([f"ws://127.0.0.1:{closed_port()}/", *once], "refused"),
                # Reserved for this: it never exists (RFC 6761). Without a network it is a
                # temporary failure, which only the limit ends.
                (["ws://nowhere.invalid/", *once], "nowhere.invalid"),
                ([wrong.url], "not a WebSocket server"),
            ]
            for arguments, part in cases:
                with self.subTest(arguments):
                    code, out, err = run("connect", *arguments)
                    self.assertEqual((code, out), (3, b""), err)
                    self.expect_one_line(err, "resock: never connected: ", part)

    def test_an_http_server_is_no_websocket_server(self):
        def script(connection):
            connection.socket.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")

        with ScriptedServer(script) as server:
            code, _, err = run("connect", server.url, stdin=b"one\ntwo\n")
        self.assertEqual(code, 3)
        self.assertIn("resock: 2 of 2 messages were not confirmed: ", err)
        self.assertIn("HTTP 200", err)

    def test_the_link_ends_before_the_input(self):
        def script(connection):
            connection.open()
            connection.close(3003)

        with ScriptedServer(script) as server, start("connect", server.url) as client:
            client.line_with("open: ")
            self.assertEqual(client.status(), 1)
            said = client.rest("stderr")
        self.assertIn("resock: the link ended before the input: ", said[-1])
        self.assertIn("3003", said[-1])

    def test_something_is_not_confirmed(self):
        def script(connection):
            connection.open()
            connection.message()  # no pong
            connection.close(3003)

        with ScriptedServer(script) as server:
            code, _, err = run("connect", server.url, stdin=b"one\n")
        self.assertEqual(code, 1)
        self.assertIn("resock: 1 of 1 messages were not confirmed: ", err)

    def test_input_that_is_no_text(self):
        with Peer("raw_server.py", "--record", self.folder / "arrived") as server:
            code, _, err = run("connect", server.url, stdin=b"one\ntwo\n\xff\xfe\nfour\n")
            server.end()
        self.assertEqual(code, 4)
        self.assertIn("resock: line 3 of standard input is not UTF-8", err)
        self.assertIn("--binary", err)
        self.assertEqual(recorded(self.folder / "arrived"), ["one", "two"])

    def test_a_line_that_is_too_long(self):
        for stdin in [b"one\n" + b"x" * 2000 + b"\n", b"one\n" + b"x" * 200000]:
            code, out, err = run("connect", "echo:", "--set", "message.max=1KiB", stdin=stdin)
            self.assertEqual((code, out), (4, b"one\n"))
            self.assertIn("line 2 of standard input", err)
            self.assertIn("message.max", err)

    def test_interrupted(self):
        for number, code in [(signal.SIGINT, 130), (signal.SIGTERM, 143)]:
            with self.subTest(number), Peer("raw_server.py", "--echo") as server:
                with start("connect", server.url) as client:
                    client.write(b"one\n")
                    self.assertEqual(client.line(), "one")
                    client.send_signal(number)
                    self.assertEqual(client.status(), code)

    def test_the_second_interrupt_quits_at_once(self):
        with start("connect", f"ws://127.0.0.1:{closed_port()}/", "--events") as client:
            client.write(b"one\n")
            client.line_with("DOWN")
            client.send_signal(signal.SIGINT)
            client.send_signal(signal.SIGTERM)
            self.assertIn(client.status(), (130, 143))
            self.assertEqual(client.rest("stderr")[-1],
                             "resock: stopped; 1 messages were not confirmed")


if __name__ == "__main__":
    main()
