"""examples/talk.cpp: a link in a loop of one's own, with more input than its queue takes."""

import signal

import running
from running import Line, Listening, start
from test_device import Printing

LINES = [f"{number} {'x' * (number % 200)}" for number in range(1, 25001)]  # the queue has 10,000


def text_of(lines):
    return "".join(f"{line}\n" for line in lines).encode()


class Talk(running.Case):
    def echo(self):
        return Listening(running.RESOCK, "serve", "--listen", "ws://127.0.0.1:0", "--echo")

    def test_everything_comes_back_in_order(self):
        with self.echo() as server, start("talk", server.url) as talk:
            talk.write(text_of(LINES))
            for line in LINES:
                self.assertEqual(talk.line(), line)
            talk.close_input()
            self.assertEqual(talk.status(), 0)

    def test_cuts_lose_nothing(self):
        with Printing() as server, \
                Line(server, "--cut-every", "256KiB", "--cuts", 3, "--reset", "--seed", 1) as line, \
                start("talk", line.url) as talk:
            talk.write(text_of(LINES))
            talk.close_input()
            self.assertEqual(talk.status(), 0)
            self.assertEqual(server.ends_in_order(), 0)
            self.assertEqual(list(dict.fromkeys(server.rest("stdout"))), LINES)
            line.send_signal(signal.SIGTERM)
            self.assertIn(", 3 cut,", line.rest("stdout")[-1])

    def test_a_signal_closes_it_in_order(self):
        with self.echo() as server, start("talk", server.url) as talk:
            talk.write(b"one\n")
            self.assertEqual(talk.line(), "one")
            talk.send_signal(signal.SIGTERM)
            self.assertEqual(talk.status(), 0)

    def test_usage(self):
        self.check_usage("talk", "nonsense")


if __name__ == "__main__":
    running.main()
