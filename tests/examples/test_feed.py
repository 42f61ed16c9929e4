"""examples/feed.cpp: subscriptions that come again, and updates that are asked for again."""

import running
from running import Line, send, start, topics_server


class Feed(running.Case):
    def test_updates_of_all_its_topics_in_order(self):
        with topics_server() as server, start("feed", server.url, 3, "trades", "news") as feed:
            server.line_with("subscribed: trades 0", "stdout")
            server.line_with("subscribed: news 0", "stdout")
            send(server.url, "publish trades 10 at 7", "publish other no", "publish news rain",
                 "publish trades 5 at 8")
            self.assertEqual(feed.rest("stdout"),
                             ["trades 1 10 at 7", "news 1 rain", "trades 2 5 at 8"])
            self.assertEqual(feed.status(), 0)

    def test_after_a_cut_it_subscribes_again_and_misses_nothing(self):
        with topics_server() as server, \
                Line(server, "--cut-at-byte", 3000, "--cut-direction", "to-client", "--cuts", 1,
                     "--reset") as line, \
                start("feed", line.url, 3, "trades") as feed:
            server.line_with("subscribed: trades 0", "stdout")
            send(server.url, "publish trades first")
            self.assertEqual(feed.line(), "trades 1 first")
            long = "x" * 5000  # is cut off in its middle
            send(server.url, f"publish trades {long}")
            feed.line_with("down: ")
            server.line_with("subscribed: trades 1", "stdout")
            self.assertEqual(feed.line(), f"trades 2 {long}")
            send(server.url, "publish trades last")
            self.assertEqual(feed.rest("stdout"), ["trades 3 last"])
            self.assertEqual(feed.status(), 0)
            self.assertNotIn("missing", "".join(feed.rest("stderr")))

    def test_a_server_that_refuses_ends_it_with_a_reason(self):
        with topics_server("ws://127.0.0.1:0", "secret") as server:
            done = running.run("feed", server.url, 1, "trades")
            self.assertEqual((done.returncode, done.stdout), (1, ""), done)
            self.assertIn("ended: ", done.stderr)
            self.assertIn("401", done.stderr)

    def test_usage(self):
        self.check_usage("feed", "nonsense", 1, "trades")


if __name__ == "__main__":
    running.main()
