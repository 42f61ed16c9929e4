"""Standard input reaches the server: `test_delivery.py PROGRAM`."""

import hashlib
import json
import os
import threading
import unittest

from case import FAST, Case, main, run, start
from program import Peer, recorded


class Delivery(Case):
    def test_a_file_arrives_as_it_is(self):
        lines = [f"{number}: é ✓ {'x' * (number % 97)}" for number in range(1, 20001)]
        lines[7] = ""
        lines[9] = "with a carriage return\r"
        file = self.folder / "lines"
        file.write_bytes("\n".join(lines).encode())  # the last one without a newline
        with Peer("raw_server.py", "--record", self.folder / "arrived") as server:
            with open(file, "rb") as stdin, start("connect", server.url, stdin=stdin) as client:
                self.assertEqual(client.status(), 0)
                self.assertRegex(client.line("stderr"), "^open: 127.0.0.1:")
                self.assertEqual(client.rest("stdout"), [])
            server.end()
        arrived = (self.folder / "arrived").read_bytes()
        self.assertEqual(arrived, ("\n".join(lines) + "\n").encode())

    def test_a_line_that_is_cut_loses_nothing(self):
        lines = [f"{number} " + "x" * 100 for number in range(1, 20001)]
        with Peer("raw_server.py", "--record", self.folder / "arrived") as server:
            with Peer("faulty_proxy.py", "--to", f"127.0.0.1:{server.port}",
                      "--reset-after-bytes", 200000, "--resets", 8, "--seed", 1) as proxy:
                with start("connect", proxy.url, *FAST) as client:
                    client.write(("\n".join(lines) + "\n").encode())
                    client.close_input()
                    self.assertEqual(client.status(), 0)
                    said = client.rest("stderr")
                proxy.end()
                counts = json.loads(proxy.rest("stdout")[-1])
            server.end()
        self.assertEqual(counts["resets"], 8)
        self.assertEqual(sum(line.startswith("open: ") for line in said), 9, said)
        self.assertGreaterEqual(sum(line.startswith("down: ") for line in said), 8)
        # A resend repeats a number that was there before; what is new must come in order.
        distinct, highest = [], 0
        for line in recorded(self.folder / "arrived"):
            number = int(line.split()[0])
            if number > highest:
                distinct.append(line)
                highest = number
        self.assertEqual(distinct, lines)

    def test_a_deaf_server_pushes_back(self):
        lines = [str(number) for number in range(1, 30001)]
        with Peer("raw_server.py", "--deaf", 0.5, "--record", self.folder / "arrived") as server:
            with start("connect", server.url, "--events", "--set", "queue.messages=1000") as client:
                client.write(("\n".join(lines) + "\n").encode())
                client.close_input()
                client.line_with("WRITABLE")
                self.assertEqual(client.status(), 0)
            server.end()
        self.assertEqual(recorded(self.folder / "arrived"), lines)

    @unittest.skipUnless(os.environ.get("RESOCK_TEST_PYTHON"), "./dev test sets RESOCK_TEST_PYTHON")
    def test_a_slow_server_of_another_maker(self):
        lines = [f"{number} {'x' * 50}" for number in range(1, 501)]
        with Peer("websockets_server.py", "--max-queue", 1, "--delay-ms", 0.1, "--record",
                  self.folder / "arrived", python=os.environ["RESOCK_TEST_PYTHON"]) as server:
            code, _, err = run("connect", server.url, stdin="\n".join(lines).encode())
            self.assertEqual(code, 0, err)
            server.end()
        self.assertEqual(recorded(self.folder / "arrived"), lines)

    def test_binary_chunks(self):
        data = bytes(range(256)) * 1000
        with Peer("raw_server.py", "--record", self.folder / "arrived") as server:
            file = self.folder / "data"
            file.write_bytes(data)
            with open(file, "rb") as stdin:
                with start("connect", server.url, "--binary", "--chunk", "100kB",
                           stdin=stdin) as client:
                    self.assertEqual(client.status(), 0)
            server.end()
        expected = [f"binary {len(part)} {hashlib.sha256(part).hexdigest()}"
                    for part in (data[:100000], data[100000:200000], data[200000:])]
        self.assertEqual(recorded(self.folder / "arrived"), expected)

    def test_no_input_connects_once_and_ends(self):
        with Peer("raw_server.py") as server:
            code, out, err = run("connect", server.url)
        self.assertEqual((code, out), (0, b""))
        self.expect_one_line(err, "open: ")
        self.assertEqual(run("connect", "echo:", "--quiet"), (0, b"", ""))

    def test_input_is_read_while_it_comes(self):
        with Peer("raw_server.py", "--echo") as server, start("connect", server.url) as client:
            for line in ["one", "two", "three"]:
                client.write(line.encode() + b"\n")
                self.assertEqual(client.line(), line)
            client.write(b"no newline")
            client.close_input()
            self.assertEqual(client.status(), 0)

    def test_every_echo_of_a_long_input_comes_back(self):
        lines = [f"{number}" for number in range(1, 50001)]
        with Peer("raw_server.py", "--echo") as server:
            with start("connect", server.url) as client:
                feeder = threading.Thread(
                    target=lambda: client.write(("\n".join(lines) + "\n").encode()))
                feeder.start()
                self.assertEqual([client.line() for _ in lines], lines)
                feeder.join()
                client.close_input()
                self.assertEqual(client.status(), 0)


if __name__ == "__main__":
    main()
