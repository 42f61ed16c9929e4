"""examples/device.c: a bad line loses nothing, and what a full queue or the end loses is counted."""

import re
import signal

import running
from running import DeadPort, Line, start

REPORT = re.compile(r"(\d+) taken, (\d+) confirmed, (\d+) expired, (\d+) dropped, (\d+) not sent, "
                    r"(\d+) in doubt")


class Printing(running.Listening):
    """`resock serve --print`: what arrives is its standard output."""

    def __init__(self):
        super().__init__(running.RESOCK, "serve", "--listen", "ws://127.0.0.1:0", "--print")

    def __enter__(self):
        self.url = self.line("stderr").removeprefix("listening on ")
        return self


class Device(running.Case):
    def setUp(self):
        super().setUp()
        self.sensor = self.folder / "sensor"
        self.sensor.write_text("21.5\n")

    def report(self, device):
        """taken, confirmed, expired, dropped, not sent, in doubt"""
        line = device.line()
        numbers = [int(number) for number in REPORT.fullmatch(line).groups()]
        self.assertEqual(numbers[0], sum(numbers[1:]), line)
        return numbers

    def test_a_line_that_breaks_loses_nothing(self):
        with Printing() as server, DeadPort() as dead, \
                Line(server, "--cut-every", "300ms", "--cuts", 3, "--reset", "--seed", 1) as line, \
                start("device_c", 2, self.sensor, dead.url, line.url) as device:
            device.line_with("down: ")  # the first address is dead, the second is tried
            for _ in range(4):
                device.line_with("open: ")
            device.send_signal(signal.SIGTERM)
            taken, confirmed, *lost = self.report(device)
            self.assertEqual((confirmed, lost), (taken, [0, 0, 0, 0]))
            self.assertEqual(device.status(), 0)
            self.assertEqual(server.ends_in_order(), 0)
            arrived = [int(line.split()[0]) for line in server.rest("stdout")]
            self.assertEqual(list(dict.fromkeys(arrived)), list(range(1, taken + 1)))
            line.send_signal(signal.SIGTERM)
            self.assertIn(", 3 cut,", line.rest("stdout")[-1])

    def test_at_power_off_without_a_line_it_says_what_is_lost(self):
        with DeadPort() as dead, start("device_c", 50, self.sensor, dead.url) as device:
            device.line_with("down: ")
            device.send_signal(signal.SIGTERM)
            taken, confirmed, expired, dropped, not_sent, in_doubt = self.report(device)
            self.assertGreater(taken, 0)
            self.assertEqual((confirmed, expired, dropped, not_sent, in_doubt),
                             (0, 0, 0, taken, 0))
            self.assertEqual(device.status(), 1)

    def test_a_full_queue_drops_the_oldest(self):
        with DeadPort() as dead, start("device_c", 0, self.sensor, dead.url) as device:
            device.line_with("the oldest samples are dropped")
            device.send_signal(signal.SIGTERM)
            taken, confirmed, expired, dropped, not_sent, in_doubt = self.report(device)
            self.assertGreater(dropped, 0)
            self.assertEqual((confirmed, expired, in_doubt), (0, 0, 0))
            self.assertLessEqual(not_sent, 20000)
            self.assertEqual(device.status(), 1)

    def test_usage(self):
        self.check_usage("device_c", 100, self.sensor, "nonsense")


if __name__ == "__main__":
    running.main()
