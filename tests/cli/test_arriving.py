"""What arrives reaches standard output, or goes back: `test_arriving.py PROGRAM`."""

import base64
import os
import threading

from case import Case, main, run, start
from program import Peer, ScriptedServer, frames


class Arriving(Case):
    def test_text_and_binary_on_standard_output(self):
        def script(connection):
            connection.open()
            connection.send(frames.TEXT, "grüße".encode())
            connection.send(frames.BINARY, b"\x00\x01\xff")
            connection.send(frames.BINARY, b"")
            connection.send(frames.TEXT)
            connection.close(1000)

        for options, expected in [([], "grüße\nbase64:AAH/\nbase64:\n\n".encode()),
                                  (["--binary"], "grüße".encode() + b"\x00\x01\xff")]:
            with self.subTest(options), ScriptedServer(script) as server:
                code, out, err = run("connect", server.url, "--stay", *options)
                self.assertEqual((code, out), (0, expected), err)

    def test_base64_is_that_of_the_rfc(self):
        data = [bytes(range(size)) for size in range(0, 70)]

        def script(connection):
            connection.open()
            for each in data:
                connection.send(frames.BINARY, each)
            connection.close(1000)

        with ScriptedServer(script) as server:
            _, out, _ = run("connect", server.url, "--stay")
        self.assertEqual([base64.b64decode(line[len("base64:"):])
                          for line in out.decode().splitlines()], data)

    def test_wait_listens_after_the_end_of_input(self):
        def script(connection):
            connection.open()
            connection.message()
            connection.confirm()
            connection.send(frames.TEXT, b"late")
            connection.close(1000)

        with ScriptedServer(script) as server:
            code, out, err = run("connect", server.url, "--wait", "1h", stdin=b"ask\n")
        self.assertEqual(out, b"late\n", err)
        with Peer("raw_server.py") as server:
            self.assertEqual(run("connect", server.url, "--wait", "20ms", stdin=b"ask\n")[0], 0)

    def test_standard_output_that_is_closed_ends_it(self):
        def script(connection):
            connection.open()
            try:
                while True:
                    connection.send(frames.TEXT, b"x" * 1000)
            except OSError:
                pass

        with ScriptedServer(script) as server:
            with start("connect", server.url, "--stay", "--set", "close.handshake=100ms") as client:
                client.close_input()
                client.line()
                # The thread that reads holds the stream: the descriptor goes under it.
                os.dup2(os.open(os.devnull, os.O_RDONLY), client.process.stdout.fileno())
                self.assertEqual(client.status(), 0)

    def test_a_reader_that_rests_loses_nothing(self):
        lines = [f"{number} " + "x" * 500 for number in range(20000)]
        finished = threading.Event()

        def script(connection):
            connection.open()
            for line in lines:
                connection.send(frames.TEXT, line.encode())
            finished.set()
            connection.close(1000)

        read, write = os.pipe()
        with ScriptedServer(script) as server:
            with start("connect", server.url, "--stay", "--events", "--set",
                       "events.messages=100", stdout=write) as client:
                os.close(write)
                client.close_input()
                client.line_with("MESSAGE")
                # 10 MB do not fit between a server that writes and a reader that does not read.
                self.assertFalse(finished.is_set())
                with os.fdopen(read, encoding="utf-8") as stream:
                    self.assertEqual(stream.read().splitlines(), lines)
                self.assertEqual(client.status(), 0)

    def test_echo_answers_text_with_text_and_binary_with_binary(self):
        got = []

        def script(connection):
            connection.open()
            for sent in [(frames.TEXT, "é".encode()), (frames.BINARY, b"\xff\x00"),
                         (frames.TEXT, b"")]:
                connection.send(*sent)
                got.append((sent, connection.message()))
            connection.confirm()
            connection.close(1000)

        with ScriptedServer(script) as server:
            code, out, _ = run("connect", server.url, "--echo", stdin=b"not read\n")
        self.assertEqual((code, out), (0, b""))
        self.assertEqual(len(got), 3)
        for sent, returned in got:
            self.assertEqual(sent, returned)

    def test_echo_of_more_than_the_queue_holds(self):
        numbers = [str(number).encode() for number in range(3000)]
        returned = []

        def script(connection):
            connection.open()
            connection.socket.sendall(b"".join(frames.encode(frames.TEXT, n) for n in numbers))
            for _ in numbers:
                returned.append(connection.message()[1])
            connection.confirm()
            connection.close(1000)

        with ScriptedServer(script) as server:
            code, _, err = run("connect", server.url, "--echo", "--set", "queue.messages=300")
        self.assertEqual(returned, numbers)
        self.assertEqual(code, 0, err)


if __name__ == "__main__":
    main()
