"""Help, wrong usage and options of `resock`: `test_usage.py PROGRAM`."""

import json
from pathlib import Path

from case import FAST, Case, main, run, start
from program import ScriptedServer, frames


class Usage(Case):
    def test_help_and_version(self):
        for arguments in [["--help"], ["connect", "--help"], ["version"], ["--version"]]:
            with self.subTest(arguments):
                code, out, err = run(*arguments)
                self.assertEqual((code, err), (0, ""))
                self.assertIn(b"resock", out)
        _, out, _ = run("connect", "--help")
        for part in [b"resock connect [OPTIONS] URL", b"Examples:", b"Exit codes:", b"--binary", b"--set"]:
            self.assertIn(part, out)
        version = (Path(__file__).parents[2] / "VERSION").read_text().strip()
        self.assertEqual(run("--version")[1].decode(), f"resock {version}\nABI 1\n")

    def test_wrong_usage_says_what_to_do(self):
        cases = [
            ([], "connect URL"),
            (["--versoin"], "did you mean '--version'"),
            (["conect", "echo:"], "did you mean 'connect'"),
            (["connect"], "URL"),
            (["connect", "echo:", "--bianry"], "did you mean '--binary'"),
            (["connect", "echo:", "more"], "unknown argument 'more'"),
            (["connect", "http://127.0.0.1/"], "ws"),
            (["connect", "ws://"], "host"),
            (["connect", "ws://127.0.0.1:99999/"], "99999"),
            (["connect", "127.0.0.1"], "ws://"),
            (["connect", "echo:", "--set", "heartbeat.intervall=5s"], "heartbeat.interval"),
            (["connect", "echo:", "--set", "heartbeat.interval=soon"], "soon"),
            (["connect", "echo:", "--set", "heartbeat.interval"], "NAME=VALUE"),
            (["connect", "echo:", "--set", "io.threads=0"], "io.threads"),
            (["connect", "echo:", "--set", "confirm=app"], "confirm=pong"),
            (["connect", "echo:", "--set", "confirm=off"], "at-least-once"),
            (["connect", "echo:", "--header", "nonsense"], "Name: value"),
            (["connect", "echo:", "--json"], "--events"),
            (["connect", "echo:", "--chunk", "1KiB"], "--binary"),
            (["connect", "echo:", "--binary", "--chunk", "lots"], "--chunk"),
            (["connect", "echo:", "--binary", "--chunk", "0"], "--chunk"),
            (["connect", "echo:", "--wait", "5"], "--wait"),
            (["connect", "echo:", "--echo", "--binary"], "--binary"),
            (["connect", "echo:", "--echo", "--set", "message.ttl=1s"], "message.ttl"),
        ]
        for arguments, part in cases:
            with self.subTest(arguments):
                code, out, err = run(*arguments)
                self.assertEqual((code, out), (2, b""), err)
                self.expect_one_line(err, "resock: ", part)


class Options(Case):
    def test_headers_and_subprotocols_reach_the_server(self):
        def script(connection):
            connection.open("Sec-WebSocket-Protocol: second")
            connection.until_closed()

        with ScriptedServer(script) as server:
            code, _, err = run("connect", server.url, "--header", "X-One: 1", "--header",
                               "Authorization: Bearer t", "--subprotocol", "first",
                               "--subprotocol", "second")
            self.assertEqual(code, 0, err)
            request = server.requests[0]
        self.assertIn("subprotocol second", err)
        self.assertIn("X-One: 1\r\n", request)
        self.assertIn("Authorization: Bearer t\r\n", request)
        self.assertRegex(request, "Sec-WebSocket-Protocol: first, ?second\r\n")

    def test_events_are_lines(self):
        code, out, err = run("connect", "echo:", "--events", stdin=b"one\n")
        self.assertEqual((code, out), (0, b"one\n"))
        lines = err.splitlines()
        for line in lines:
            self.assertRegex(line, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z [A-Z]+")
        names = [line.split()[1] for line in lines]
        self.assertEqual(names[0], "OPEN")
        self.assertEqual(names[-1], "CLOSED")
        self.assertIn("MESSAGE text, 3 bytes", err)
        self.assertIn("CONFIRMED through 1 at received", err)

    def test_events_as_json(self):
        def script(connection):
            connection.open()
            if connection.number == 1:
                connection.send(frames.BINARY, b"\x01")
                connection.close(1011)
            else:
                connection.until_closed()

        with ScriptedServer(script) as server:
            with start("connect", server.url, "--events", "--json", *FAST) as client:
                events = []
                while sum(event["event"] == "OPEN" for event in events) < 2:
                    events.append(json.loads(client.line("stderr")))
                client.close_input()
                self.assertEqual(client.status(), 0)
                events += [json.loads(line) for line in client.rest("stderr")]
        for event in events:
            self.assertRegex(event["time"], r"^\d{4}-\d\d-\d\dT.*Z$")
        message, down = (next(event for event in events if event["event"] == name)
                         for name in ["MESSAGE", "DOWN"])
        self.assertEqual(message["base64"], "AQ==")
        self.assertEqual(down["record"]["close_code"], 1011)
        self.assertEqual(events[-1]["event"], "CLOSED")


if __name__ == "__main__":
    main()
