"""Does the tap recognize frames, and does it delay, count and cut?"""

import socket
import threading
import unittest

from paths import ROOT  # noqa: F401: makes the others importable
from tap import DATA, HELLO, Connection, Tap, first_frames

KEY = b"\x11\x22\x33\x44"


def frame(first_byte, size):
    body = bytes([first_byte]) + bytes(size - 1)
    masked = bytes(byte ^ KEY[at % 4] for at, byte in enumerate(body))
    length = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
    return b"\x82" + length + KEY + masked


class Frames(unittest.TestCase):
    def test_types_in_order(self):
        stream = frame(HELLO << 4, 60) + frame(DATA << 4 | 1, 300) + frame(3 << 4, 5)
        self.assertEqual(first_frames(stream), [HELLO, DATA, 3])

    def test_a_frame_counts_with_its_first_byte(self):
        stream = frame(HELLO << 4, 60)
        self.assertEqual(first_frames(stream[:6]), [])
        self.assertEqual(first_frames(stream[:7]), [HELLO])

    def test_what_came_in_pieces(self):
        seen = Connection()
        stream = b"GET / HTTP/1.1\r\n\r\n" + frame(HELLO << 4, 60) + frame(DATA << 4 | 1, 64)
        for at in range(len(stream)):
            self.assertIsNone(seen.data_s)
            seen.client_wrote(stream[at:at + 1])
            if first_frames(stream[18:at + 1]) == [HELLO, DATA]:
                break
        self.assertIsNotNone(seen.data_s)
        self.assertLessEqual(seen.hello_s, seen.data_s)


class Proxy(unittest.TestCase):
    def test_carries_and_cuts(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            threading.Thread(target=self.echo_once, args=(server,), daemon=True).start()
            with Tap(server.getsockname()[1], 0.001) as tap:
                port = int(tap.url.rstrip("/").rpartition(":")[2])
                with socket.create_connection(("127.0.0.1", port), 10) as client:
                    client.sendall(b"hello")
                    self.assertEqual(client.recv(5), b"hello")
                    self.assertIsNotNone(tap.connections[0].answered_s)
                    tap.cut()
                    with self.assertRaises(ConnectionResetError):
                        if client.recv(5) == b"":
                            raise ConnectionResetError

    @staticmethod
    def echo_once(server):
        connection, _ = server.accept()
        with connection:
            connection.sendall(connection.recv(5))
            connection.recv(1)


if __name__ == "__main__":
    unittest.main()
