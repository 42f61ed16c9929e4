"""`resock connect --exactly-once` and `resock serve`: `test_exactly_once.py PROGRAM`."""

import json
import signal

from case import Case, main, run, start
from once import LOOPBACK, ONCE, serve, stop
from program import Peer


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


if __name__ == "__main__":
    main()
