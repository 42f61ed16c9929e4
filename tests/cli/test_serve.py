"""`resock serve`: a listener at the command line: `test_serve.py PROGRAM`."""

import json
import re
import signal
import socket
import subprocess
import threading
import unittest

from case import FAST, Case, main, run, start

LISTENING = re.compile(r"^listening on (\S+)$")


def serve(*arguments, prints=False, listen="ws://127.0.0.1:0"):
    """Starts a server; it and the URL that it got."""
    process = start("serve", "--listen", listen, *arguments)
    line = process.line("stderr" if prints else "stdout")
    found = LISTENING.match(line)
    if not found:
        raise AssertionError(f"no address in {line!r}")
    return process, found.group(1)


def stop(process):
    process.process.send_signal(signal.SIGTERM)
    return process.status()


def masked(size):
    """A binary message of 126 to 65,535 bytes, masked with zeros."""
    return b"\x82\xfe" + size.to_bytes(2, "big") + b"\0\0\0\0" + b"x" * size


def send_until_cut(line, size):
    try:
        while True:
            line.sendall(masked(size))
    except OSError:
        pass


class Serving(Case):
    def test_echo_comes_back_whole_and_in_order(self):
        lines = [f"{number}: é ✓ {'x' * (number % 300)}" for number in range(1, 5001)]
        server, url = serve("--echo")
        with server:
            with start("connect", url, "--stay") as client:
                client.write(("\n".join(lines) + "\n").encode())
                client.close_input()
                for line in lines:
                    self.assertEqual(client.line("stdout"), line)
                self.assertEqual(stop(server), 0)
                # 1001 from the server: the client would come back, to a port where nobody listens.
                self.assertIn("1001", client.line_with("down:"))
                client.process.send_signal(signal.SIGTERM)
                client.status()

    def test_a_file_through_chaos_arrives_as_it_is_once_resends_are_removed(self):
        lines = [f"{number}: {'x' * 120}" for number in range(1, 10001)]
        file = self.folder / "lines"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        server, url = serve("--print", prints=True)
        with server:
            arrived = []
            reader = threading.Thread(
                target=lambda: arrived.extend(iter(lambda: server.line("stdout"), "end")))
            reader.start()
            with start("chaos", "--to", url.removeprefix("ws://"), "--cut-every", "150KiB",
                       "--cuts", 8, "--reset", "--seed", 5) as proxy:
                through = proxy.line("stdout")
                with open(file, "rb") as stdin:
                    with start("connect", f"ws://{through}/", *FAST, stdin=stdin) as client:
                        self.assertEqual(client.status(), 0)
                proxy.process.send_signal(signal.SIGINT)
                self.assertEqual(proxy.status(), 0)
                counts = "".join(proxy.rest("stdout"))
            self.assertEqual(run("connect", url, stdin=b"end\n")[0], 0)
            reader.join()
            self.assertEqual(stop(server), 0)
        self.assertIn("8", counts)
        # A resend repeats lines that were there before; what is new must come in order.
        distinct, highest = [], 0
        for line in arrived:
            number = int(line.split(":")[0])
            if number > highest:
                distinct.append(line)
                highest = number
        self.assertGreater(len(arrived), len(lines), "nothing was resent: the cuts did not happen")
        self.assertEqual(("\n".join(distinct) + "\n").encode(), file.read_bytes())

    def test_binary_messages_are_printed_as_they_are(self):
        data = bytes(range(256)) * 4096
        with open(self.folder / "out", "wb") as out:
            server = start("serve", "--listen", "ws://127.0.0.1:0", "--print", "--binary",
                           stdout=out)
            with server:
                url = LISTENING.match(server.line("stderr")).group(1)
                self.assertEqual(run("connect", url, "--binary", stdin=data)[0], 0)
                self.assertEqual(stop(server), 0)
        self.assertEqual((self.folder / "out").read_bytes(), data)

    def test_a_peer_that_does_not_read_is_slowed_down_and_others_are_not(self):
        server, url = serve("--echo", "--set", "queue.messages=4", "--set", "events.messages=4")
        with server:
            port = int(url.rsplit(":", 1)[1])
            deaf = socket.create_connection(("127.0.0.1", port))
            with deaf:
                self.flood(deaf)
                code, out, _ = run("connect", url, "--wait", "200ms", stdin=b"hello\n")
                self.assertEqual((code, out), (0, b"hello\n"))
            self.assertEqual(stop(server), 0)

    def flood(self, deaf, size=65535):
        """Sends messages of so many bytes and does not read, until its own socket is full."""
        deaf.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
                     b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                     b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
        frame = masked(size)
        deaf.settimeout(1)
        with self.assertRaises(TimeoutError):
            for _ in range(130 * 2**20 // size):
                deaf.sendall(frame)

    def test_while_memory_is_short_a_peer_that_takes_nothing_is_ended(self):
        server, url = serve("--echo", "--set", "listen.memory=1MiB", "--set",
                            "listen.connections=10")
        with server:
            with socket.create_connection(("127.0.0.1", int(url.rsplit(":", 1)[1]))) as deaf:
                self.flood(deaf, 1000)
                # What its end of the line still takes is followed by more, until it is cut off.
                deaf.settimeout(None)
                more = threading.Thread(target=send_until_cut, args=(deaf, 1000))
                more.start()
                # Within its share another one is served meanwhile.
                code, out, _ = run("connect", url, "--wait", "200ms", stdin=b"hello\n")
                self.assertEqual((code, out), (0, b"hello\n"))
                self.assertIn("1013", server.line_with("link 1: ended"))
                more.join()
            self.assertEqual(stop(server), 0)

    def test_several_addresses_and_a_unix_socket(self):
        path = self.folder / "socket"
        with start("serve", "--listen", "ws://127.0.0.1:0", "--listen", f"unix:{path}",
                   "--echo") as server:
            self.assertRegex(server.line("stdout"), LISTENING)
            self.assertEqual(server.line("stdout"), f"listening on unix:{path}")
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(str(path))
                client.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
                self.assertTrue(client.makefile("rb").read().endswith(b"\r\n\r\nok\n"))
            self.assertEqual(stop(server), 0)
            self.assertFalse(path.exists())

    def test_tls_with_a_certificate_of_its_own(self):
        cert, key = self.folder / "cert.pem", self.folder / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                        "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key,
                        "-out", cert], check=True, capture_output=True)
        server, url = serve("--echo", "--tls-cert", cert, "--tls-key", key,
                            listen="wss://127.0.0.1:0")
        with server:
            code, out, err = run("connect", url, "--wait", "200ms", "--set", f"tls.ca_file={cert}",
                                 stdin=b"secret\n")
            self.assertEqual((code, out), (0, b"secret\n"), err)
            self.assertIn("TLSv1.3", err)
            code, _, err = run("connect", url, stdin=b"")
            self.assertEqual(code, 3)
            self.assertIn("not trusted", err)
            self.assertEqual(stop(server), 0)

    def test_events_as_json_name_the_listener_and_its_links(self):
        server, url = serve("--echo", "--events", "--json")
        with server:
            self.assertEqual(run("connect", url, stdin=b"one\n")[0], 0)
            self.assertEqual(stop(server), 0)
            events = [json.loads(line) for line in server.rest("stderr")]
        names = [event["event"] for event in events]
        self.assertEqual(names[:2], ["ACCEPTED", "OPEN"])
        self.assertEqual(names[-1], "CLOSED")
        self.assertEqual(events[-1]["link"], 0)
        self.assertEqual(events[-1]["listener"], 1)


class WrongUse(Case):
    def refused(self, *arguments):
        code, out, err = run("serve", *arguments)
        self.assertEqual((code, out), (2, b""), err)
        self.assertEqual(err.count("\n"), 1, err)
        return err

    def test_each_mistake_is_one_line_that_says_what_to_do(self):
        url = "ws://127.0.0.1:0"
        cases = [
            (["--echo"], "--listen is required"),
            (["--listen", url], "--echo, --print, or both"),
            (["--listen", "http://127.0.0.1:1", "--echo"], "write ws:// instead"),
            (["--listen", "ws://example.org:80", "--echo"], "is a name; write an address"),
            (["--listen", "ws://127.0.0.1:80/chat", "--echo"], "listen.paths"),
            (["--listen", "ws://127.0.0.1:99999", "--echo"], "1-65535"),
            (["--listen", "ws://203.0.113.1:0", "--echo"], "this machine has no such address"),
            (["--listen", "unix:/no/such/folder/x", "--echo"], "directory does not exist"),
            (["--listen", "wss://127.0.0.1:0", "--echo"], "needs a certificate"),
            (["--listen", url, "--tls-key", "x", "--echo"], "--tls-cert"),
            (["--listen", "wss://127.0.0.1:0", "--tls-cert", "/no/such", "--echo"],
             "cannot be read"),
            (["--listen", url, "--echo", "--set", "listen.accept=ask"], "listen.paths"),
            (["--listen", url, "--echo", "--set", "listen.conections=1"], "listen.connections"),
            (["--listen", url, "--echo", "--set", "url=ws://x/"], "belongs to a link"),
            (["--listen", url, "--echo", "--binary"], "--print"),
        ]
        for arguments, expected in cases:
            with self.subTest(arguments):
                self.assertIn(expected, self.refused(*arguments))

    def test_an_address_in_use(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            said = self.refused("--listen", f"ws://127.0.0.1:{port}", "--echo")
        self.assertIn("Address already in use", said)
        self.assertIn("another port", said)


if __name__ == "__main__":
    main()
