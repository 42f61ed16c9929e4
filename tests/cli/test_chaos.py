"""`resock chaos`, each fault as both sides of a connection see it: `test_chaos.py PROGRAM`."""

import socket

from case import Case, main
from chaos_line import (Line, has_nothing_to_read, is_established, read_exactly, read_to_end, reset,
                        send_beside)
from program import closed_port

FOREVER = "24h"


class Passing(Case):
    def test_ends_pass_one_by_one(self):
        for host in ["127.0.0.1", "::1"]:
            with self.subTest(host), Line(host=host) as line:
                client, server = line.pair()
                client.sendall(b"question")
                client.shutdown(socket.SHUT_WR)
                self.assertEqual(read_to_end(server), (b"question", "fin"))
                server.sendall(b"answer")
                server.close()
                self.assertEqual(read_to_end(client), (b"answer", "fin"))
                ended = line.event("ended")
                self.assertEqual((ended["who"], ended["by"]), ("client", "fin"))
                self.assertEqual((ended["bytes_to_server"], ended["bytes_to_client"]), (8, 6))
                counts = line.end()
                self.assertEqual((counts["accepted"], counts["ended"], counts["open"]), (1, 1, 0))

    def test_a_reset_passes_in_both_directions(self):
        for options in [[], ["--delay", "1ms"]]:
            with self.subTest(options), Line(*options) as line:
                for who in ["client", "server"]:
                    pair = dict(zip(["client", "server"], line.pair()))
                    pair["client"].sendall(b"x")  # or the server might seem unreachable
                    self.assertEqual(pair["server"].recv(1), b"x")
                    gone = pair.pop(who)
                    (left,) = pair.values()
                    reset(gone)
                    self.assertEqual(read_to_end(left), (b"", "rst"))
                    ended = line.event("ended")
                    self.assertEqual((ended["who"], ended["by"]), (who, "rst"))


class Cuts(Case):
    def test_at_an_age(self):
        for options, how in [([], "fin"), (["--reset"], "rst")]:
            with self.subTest(how), Line("--cut-every", "20ms", *options) as line:
                client, server = line.pair()
                self.assertEqual(read_to_end(client), (b"", how))
                self.assertEqual(read_to_end(server), (b"", how))
                accepted, cut = line.event("accepted"), line.event("cut")
                self.assertEqual((cut["by"], cut["told"], cut["connection"]), (how, "both", 1))
                self.assertGreaterEqual(cut["age_ms"], accepted["cut_at_ms"])
                self.assertEqual(line.end()["cut"], 1)

    def test_at_exactly_a_byte(self):
        sent = bytes(range(256)) * 1024
        for way in ["to-server", "to-client"]:
            for options in [[], ["--reset"], ["--delay", "1ms"], ["--bandwidth", "10MiB"]]:
                how = "rst" if "--reset" in options else "fin"
                with self.subTest(way=way, options=options), \
                        Line("--cut-at-byte", "70001", "--cut-direction", way, *options) as line:
                    pair = line.pair()
                    sender, receiver = pair if way == "to-server" else reversed(pair)
                    send_beside(sender, sent)
                    data, ended = read_to_end(receiver)
                    self.assertEqual((len(data), ended), (70001, how))
                    self.assertEqual(data, sent[:70001])
                    self.assertEqual(read_to_end(sender), (b"", how))
                    cut = line.event("cut")
                    self.assertEqual(cut["bytes_" + way.replace("-", "_")], 70001)

    def test_no_more_than_asked_for(self):
        with Line("--cut-at-byte", "10", "--cuts", "2") as line:
            for _ in range(2):
                client, server = line.pair()
                client.sendall(b"x" * 20)
                self.assertEqual(read_to_end(server), (b"x" * 10, "fin"))
            client, server = line.pair()
            client.sendall(b"x" * 20)
            self.assertEqual(read_exactly(server, 20), b"x" * 20)
            self.assertEqual(line.end()["cut"], 2)

    def test_half_open(self):
        for unaware, options, how in [("client", ["--half-open"], "fin"),
                                      ("client", ["--half-open", "--reset"], "rst"),
                                      ("server", ["--half-open", "server"], "fin")]:
            with self.subTest(options), Line("--cut-at-byte", "5", *options) as line:
                pair = dict(zip(["client", "server"], line.pair()))
                pair["client"].sendall(b"12345")
                left = pair.pop(unaware)
                (told,) = pair.items()
                self.assertEqual(read_to_end(told[1])[1], how)
                self.assertEqual(line.event("cut")["told"], told[0])
                left.sendall(b"nobody hears it")
                self.assertTrue(is_established(left))
                if unaware == "server":
                    self.assertEqual(read_exactly(left, 5), b"12345")
                self.assertTrue(has_nothing_to_read(left))
                left.close()
                self.assertEqual(line.event("left")["who"], unaware)
                told[1].close()


class BlackHoles(Case):
    def test_both_ways(self):
        for when, sent in [("5B", b"12345"), ("20ms", b"")]:
            with self.subTest(when), Line("--blackhole-after", when) as line:
                client, server = line.pair()
                client.sendall(sent)
                hole = line.event("black_hole")
                self.assertEqual((hole["silent"], hole["bytes_to_server"]), ("both", len(sent)))
                client.sendall(b"lost")
                server.sendall(b"lost")
                server.close()  # nor is its end told
                self.assertEqual(line.event("left")["who"], "server")
                self.assertTrue(is_established(client))
                self.assertTrue(has_nothing_to_read(client))
                client.close()
                left = line.event("left")
                self.assertEqual((left["who"], left["bytes_to_client"]), ("client", 0))
                self.assertEqual(line.end()["open"], 0)

    def test_one_way(self):
        with Line("--blackhole-after", "1B", "--blackhole-direction", "to-client") as line:
            client, server = line.pair()
            server.sendall(b"12345")
            self.assertEqual(line.event("black_hole")["silent"], "to-client")
            client.sendall(b"still heard")
            self.assertEqual(read_exactly(server, 11), b"still heard")
            self.assertEqual(client.recv(10), b"1")
            client.close()
            self.assertEqual(read_to_end(server), (b"", "fin"))  # an end passes like a byte
            self.assertEqual(line.event("left")["who"], "client")
            server.close()
            self.assertEqual(line.event("left")["who"], "server")

    def test_sides_left_alone_do_not_fill_the_proxy(self):
        with Line("--blackhole-after", "1B", "--connections", "2") as line:
            alone = []
            for number in range(1, 6):
                client, server = line.pair()
                client.sendall(b"x")
                line.event("black_hole")
                client.close()
                self.assertEqual(line.event("left")["connection"], number)
                alone.append(server)
                if number > 2:  # no more are kept than may be open
                    dropped = line.event("dropped")
                    self.assertEqual((dropped["connection"], dropped["who"]),
                                     (number - 2, "server"))
                    self.assertEqual(read_to_end(alone.pop(0)), (b"x", "rst"))
            self.assertTrue(all(is_established(server) for server in alone))
            self.assertEqual(line.end()["open"], 2)

    def test_no_more_than_asked_for_and_never_cut(self):
        with Line("--blackhole-after", "1B", "--blackholes", "1", "--cut-at-byte", "10") as line:
            first, silent = line.pair()
            first.sendall(b"x" * 20)
            self.assertEqual(line.event("black_hole")["connection"], 1)
            second, server = line.pair()
            second.sendall(b"x" * 20)
            self.assertEqual(read_to_end(server), (b"x" * 10, "fin"))
            self.assertEqual(line.event("cut")["connection"], 2)
            self.assertTrue(is_established(first) and is_established(silent))
            counts = line.end()
            self.assertEqual((counts["black_holes"], counts["cut"], counts["open"]), (1, 1, 2))


class Refusing(Case):
    def test_the_port_is_closed_after_a_cut(self):
        with Line("--cut-at-byte", "1", "--refuse-for", FOREVER) as line:
            line.pair()[0].sendall(b"x")
            line.event("port_closed")
            with self.assertRaises(ConnectionRefusedError):
                line.client()

    def test_and_opens_again(self):
        with Line("--cut-at-byte", "1", "--refuse-for", "30ms") as line:
            for _ in range(3):
                client, server = line.pair()
                client.sendall(b"x")
                self.assertEqual(read_to_end(server), (b"x", "fin"))
                line.event("port_open")

    def test_so_many_are_accepted_and_reset(self):
        with Line("--cut-at-byte", "1", "--refuse", "2") as line:
            client, server = line.pair()
            client.sendall(b"x")
            self.assertEqual(read_to_end(client), (b"", "fin"))
            for _ in range(2):
                self.assertTrue(line.is_reset_at_once())
                line.event("refused")
            client, server = line.pair()
            client.sendall(b"y")
            self.assertEqual(read_to_end(server), (b"y", "fin"))
            self.assertEqual(line.end()["refused"], 2)

    def test_no_more_connections_than_allowed(self):
        with Line("--connections", "1") as line:
            client, server = line.pair()
            self.assertTrue(line.is_reset_at_once())
            self.assertIn("1 connections are open", line.event("refused")["why"])
            client.close()
            server.close()
            line.event("ended")
            client, server = line.pair()
            client.sendall(b"x")
            self.assertEqual(server.recv(1), b"x")

    def test_a_server_that_is_not_there(self):
        port = closed_port()
        with Line(to=f"127.0.0.1:{port}") as line:
            for number in [1, 2]:
                self.assertTrue(line.is_reset_at_once())
                event = line.event("unreachable")
                self.assertEqual(event["connection"], number)
                self.assertIn(f"127.0.0.1:{port}: Connection refused", event["why"])
            self.assertEqual(line.end()["unreachable"], 2)


if __name__ == "__main__":
    main()
