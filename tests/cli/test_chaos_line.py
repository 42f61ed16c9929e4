"""`resock chaos` as a program and as a slow line: seed, delay, bandwidth, memory, output, wrong
usage: `test_chaos_line.py PROGRAM`."""

import json
import random
import re
import select
import signal
import socket
import subprocess
import threading

from case import FAST, RESOCK, Case, main, run, start
from chaos_line import Line, highest_memory_kib, read_exactly, read_to_end, send_beside
from program import PATIENCE_S, ScriptedServer, frames

MIB = 2**20
MORE_KIB = 8192  # what a flooded proxy may take beside its buffers; sanitizers need some of it
# A line that never delivers, so that what it holds can be seen.
ENDLESS = ["--delay", "24h"]


class Seed(Case):
    def decided(self, *options, connections=10):
        """What was decided for connections 1, 2, 3 ..."""
        with Line(*options) as line:
            decided = []
            for _ in range(connections):
                line.pair()
                accepted = line.event("accepted")
                decided.append(accepted.get("cut_at_ms") or accepted.get("cut_at_byte"))
            return line.start["seed"], decided

    def test_the_same_seed_decides_the_same(self):
        for every, value in [("4000s", 4_000_000), ("400000B", 400_000)]:
            with self.subTest(every):
                _, first = self.decided("--cut-every", every, "--seed", "7")
                _, again = self.decided("--cut-every", every, "--seed", "7")
                _, other = self.decided("--cut-every", every, "--seed", "8")
                self.assertEqual(first, again)
                self.assertNotEqual(first, other)
                self.assertEqual(len(set(first)), len(first))
                for each in first + other:
                    self.assertTrue(0.75 * value <= each <= 1.25 * value, each)

    def test_a_seed_that_was_not_given_is_said(self):
        seed, first = self.decided("--cut-every", "4000s")
        self.assertEqual(self.decided("--cut-every", "4000s", "--seed", str(seed)), (seed, first))

    def test_without_spread(self):
        _, decided = self.decided("--cut-every", "4000s", "--cut-spread", "0", connections=3)
        self.assertEqual(decided, [4_000_000] * 3)

    def test_what_was_decided_is_done(self):
        with Line("--cut-every", "1000B") as line:
            for _ in range(5):
                client, server = line.pair()
                decided = line.event("accepted")["cut_at_byte"]
                send_beside(client, bytes(2000))
                self.assertEqual(len(read_to_end(server)[0]), decided)
                self.assertEqual(line.event("cut")["bytes_to_server"], decided)


class Slow(Case):
    def test_bytes_keep_their_order_both_ways(self):
        data = random.Random(1).randbytes(4 * MIB)
        for options in [[], ["--delay", "5ms", "--jitter", "20ms"], ["--bandwidth", "40MiB"],
                        ["--delay", "2ms", "--buffer", "4KiB", "--bandwidth", "40MiB"]]:
            with self.subTest(options), Line(*options) as line:
                size = len(data) // 16 if "4KiB" in options else len(data)
                client, server = line.pair()
                send_beside(client, data[:size])
                send_beside(server, data[-size:])
                got = []
                reader = threading.Thread(target=lambda s=server: got.append(read_exactly(s, size)))
                reader.start()
                self.assertEqual(read_exactly(client, size), data[-size:])
                reader.join(PATIENCE_S)
                self.assertEqual(got, [data[:size]])

    def flood(self, client, pieces):
        """Sends until the proxy and the kernel take no more for a while; returns the bytes."""
        client.setblocking(False)
        sent = 0
        for piece in pieces:
            if not select.select([], [client], [], 1)[1]:
                break
            sent += client.send(piece)
        return sent

    def test_memory_is_bounded_when_a_sender_floods_a_slow_line(self):
        for options in [[*ENDLESS, "--buffer", "1MiB"], ["--bandwidth", "1000B"],
                        ["--blackhole-after", "1B"]]:
            with self.subTest(options), Line(*options) as line:
                client, server = line.pair()
                before = highest_memory_kib(line.process.process.pid)
                sent = self.flood(client, [bytes(65536)] * 1024 * 4)
                self.assertLess(sent, 256 * MIB)  # TCP has pushed back
                after = highest_memory_kib(line.process.process.pid)
                self.assertLess(after - before, MORE_KIB)
                server.close()

    def test_nor_does_the_size_of_the_pieces_matter(self):
        with Line(*ENDLESS, "--buffer", "1MiB") as line:
            client, _ = line.pair()
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            before = highest_memory_kib(line.process.process.pid)
            self.flood(client, [b"x"] * 200_000)
            self.assertLess(highest_memory_kib(line.process.process.pid) - before, MORE_KIB)

    def test_a_sender_that_goes_while_it_has_to_wait(self):
        with Line("--buffer", "4KiB") as line:
            client, server = line.pair()
            self.flood(client, [bytes(65536)] * 1024)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            client.close()
            self.assertEqual(line.event("ended")["by"], "rst")
            self.assertEqual(read_to_end(server)[1], "rst")


class Program(Case):
    def test_lines_for_people(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            to = f"127.0.0.1:{listener.getsockname()[1]}"
            with start("chaos", "--to", to, "--cut-at-byte", "1234", "--reset") as chaos:
                address = chaos.line()
                self.assertRegex(address, r"^127\.0\.0\.1:\d+$")
                host, port = address.split(":")
                with socket.create_connection((host, int(port))) as client:
                    client.sendall(bytes(1234))
                    cut = chaos.line_with("cut by", "stdout")
                chaos.send_signal(signal.SIGINT)
                last = chaos.rest("stdout")[-1]
                self.assertEqual(chaos.status(), 0)
        time = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z "
        self.assertRegex(
            cut, time + r"#1 cut by RST after \d+ ms, 1,234 bytes to the server, 0 to the client$")
        self.assertRegex(last, time + r"1 accepted, 1 cut, .* 0 still open; 1,234 bytes")

    def test_a_file_arrives_whole_through_cuts(self):
        lines = [f"line {number} {'x' * (number % 90)}" for number in range(3000)]
        arrived = []

        def script(connection):
            connection.open()
            while True:
                opcode, payload = connection.message()
                if opcode == frames.CLOSE:
                    connection.send(frames.CLOSE, payload)
                    return
                arrived.append(payload.decode())

        for options in [["--reset"], [], ["--refuse-for", "20ms", "--delay", "1ms"]]:
            arrived.clear()
            with self.subTest(options), ScriptedServer(script) as server, \
                    Line("--cut-every", "20KiB", "--cuts", "5", *options, to=server.url) as line:
                code, _, err = run("connect", f"ws://127.0.0.1:{line.port}/", *FAST,
                                   stdin="".join(f"{each}\n" for each in lines).encode())
                self.assertEqual(code, 0, err)
                self.assertEqual(line.end()["cut"], 5)
            self.assertEqual(list(dict.fromkeys(arrived)), lines)

    def test_it_ends_by_itself_and_quietly(self):
        code, out, err = run("chaos", "--to", "127.0.0.1:9", "--for", "10ms", "--quiet")
        self.assertEqual((code, err), (0, ""))
        self.assertEqual(len(out.splitlines()), 2)
        code, out, _ = run("chaos", "--to", "localhost:9", "--listen", "[::1]:0", "--for", "10ms",
                           "--json")
        first, last = [json.loads(line) for line in out.splitlines()]
        self.assertEqual(code, 0)
        self.assertTrue(re.match(r"\[::1\]:\d+$", first["address"]))
        self.assertEqual((first["to"], last["event"]), ("localhost:9", "counts"))

    def test_it_goes_on_when_nobody_reads(self):
        with Line() as line:
            out = line.process.process.stdout
            for _ in range(3):
                client, server = line.pair()
                client.close()
                server.close()
            line.event("ended")
        with socket.create_server(("127.0.0.1", 0)) as listener:
            to = f"127.0.0.1:{listener.getsockname()[1]}"
            with subprocess.Popen([RESOCK, "chaos", "--to", to], stdout=subprocess.PIPE) as chaos:
                _, port = chaos.stdout.readline().decode().split(":")
                for count in range(600):
                    if count == 580:
                        chaos.stdout.close()  # until then the pipe is full
                    with socket.create_connection(("127.0.0.1", int(port))) as client:
                        client.sendall(b"x")
                        with listener.accept()[0] as server:
                            self.assertEqual(server.recv(1), b"x")
                chaos.terminate()
                self.assertEqual(chaos.wait(PATIENCE_S), 0)

    def test_wrong_usage_says_what_to_do(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            used = f"127.0.0.1:{taken.getsockname()[1]}"
            to = ["--to", used]
            cut = [*to, "--cut-every", "1s"]
            cases = [
                ([], "--to"),
                (["--to", "127.0.0.1"], "HOST:PORT"),
                (["--to", "127.0.0.1:65536"], "65535"),
                (["--to", "127.0.0.1:0"], "1 to 65535"),
                (["--to", "::1:80"], "[::1]:8765"),
                (["--to", "no such host:80"], "HOST:PORT"),
                (["--to", "name.invalid:80"], "'name.invalid' cannot be resolved"),
                ([*to, "--listen", used], "another port; 0 is one that is free"),
                ([*to, "--listen", "192.0.2.1:0"], "an address of this machine"),
                ([*to, "--cut-every", "5"], "64KiB"),
                ([*to, "--cut-every", "5m"], "5min"),
                ([*to, "--cut-every", "0B"], "1B"),
                ([*to, "--delay", "5"], "500ms"),
                ([*to, "--delay", "25h"], "24h"),
                ([*to, "--cut-at-byte", "0"], "--cut-at-byte"),
                ([*to, "--cut-at-byte", "-1"], "--cut-at-byte"),
                ([*to, "--bandwidth", "0"], "1TiB"),
                ([*to, "--buffer", "1"], "4KiB"),
                ([*to, "--connections", "0"], "100000"),
                ([*to, "--seed", "soon"], "--seed"),
                ([*to, "--reset"], "--cut-every"),
                ([*to, "--blackholes", "1"], "--blackhole-after"),
                ([*to, "--cut-at-byte", "9", "--cut-spread", "1"], "--cut-every"),
                ([*cut, "--cut-spread", "101"], "100"),
                ([*cut, "--half-open", "both"], "--half-open"),
                ([*cut, "--cut-direction", "up"], "to-server"),
                ([*cut, "--cuts", "-1"], "--cuts"),
                ([*to, "--dealy", "1s"], "did you mean '--delay'"),
                ([*to, "more"], "unknown argument 'more'"),
            ]
            for arguments, part in cases:
                with self.subTest(arguments):
                    code, out, err = run("chaos", *arguments)
                    self.assertEqual((code, out), (2, b""), err)
                    self.expect_one_line(err, "resock: ", part)

    def test_a_proxy_to_itself(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        code, _, err = run("chaos", "--to", f"127.0.0.1:{port}", "--listen", f"127.0.0.1:{port}")
        self.assertEqual(code, 2)
        self.expect_one_line(err, "itself")


if __name__ == "__main__":
    main()
