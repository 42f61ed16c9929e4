"""examples/bot.cpp: a token that is refused is replaced by the next one."""

import running
from running import Resock, send, start, topics_server


def authorization(token):
    return ["--header", f"Authorization: Bearer {token}"]


class Bot(running.Case):
    def setUp(self):
        super().setUp()
        self.file = self.folder / "token"

    def expect_answer(self, server, token):
        """A visitor says hello in the room, and reads what the bot says to it."""
        server.line_with("subscribed: room", "stdout")  # the bot's
        with Resock("connect", server.url, *authorization(token)) as visitor:
            visitor.write(b"subscribe room\n")
            server.line_with("subscribed: room", "stdout")
            visitor.write(b"publish room ann: hello\n")
            # An answer whose confirmation the former server did not give comes again, before.
            visitor.line_with("ann: hello", "stdout")
            visitor.line_with("good day", "stdout")
            visitor.close_input()
            self.assertEqual(visitor.status(), 0)

    def test_it_gets_a_new_token_when_the_old_one_is_refused(self):
        self.file.write_text("one\n")
        with topics_server("ws://127.0.0.1:0", "one") as server, \
                start("bot", server.url, self.file) as bot:
            self.expect_answer(server, "one")
            self.file.write_text("two\n")
            self.assertEqual(server.ends_in_order(), 0)
            self.assertIn("1001", bot.line_with("down: "))
            with topics_server(server.url, "two") as after:
                self.assertEqual(after.url, server.url)
                bot.line_with("status 401: a token is handed in")
                bot.line_with("open")
                self.expect_answer(after, "two")
                send(after.url, "publish room ann: go home", options=authorization("two"))
                self.assertEqual(bot.status(), 0)

    def test_answers_keep_their_order_and_pace(self):
        self.file.write_text("one\n")
        with topics_server("ws://127.0.0.1:0", "one") as server, \
                start("bot", server.url, self.file) as bot, \
                Resock("connect", server.url, *authorization("one")) as visitor:
            server.line_with("subscribed: room", "stdout")
            visitor.write(b"subscribe room\n")
            server.line_with("subscribed: room", "stdout")
            visitor.write(b"publish room hello\n" * 5)
            answers = [visitor.line() for _ in range(10)]
            self.assertEqual(sum(line.endswith("good day") for line in answers), 5, answers)
            visitor.write(b"publish room go home\n")
            self.assertEqual(bot.status(), 0)

    def test_without_a_token_it_ends(self):
        self.file.write_text("one\n")
        with topics_server("ws://127.0.0.1:0", "one") as server, \
                start("bot", server.url, self.file) as bot:
            server.line_with("subscribed: room", "stdout")
            self.file.write_text("")
            self.assertEqual(server.ends_in_order(), 0)
            with topics_server(server.url, "two"):
                bot.line_with("status 401: no token")
                self.assertIn("no credentials", bot.line_with("ended: "))
                self.assertEqual(bot.status(), 1)

    def test_a_second_refusal_ends_it(self):
        self.file.write_text("old\n")
        with topics_server("ws://127.0.0.1:0", "one") as server:
            done = running.run("bot", server.url, self.file)
            self.assertEqual(done.returncode, 1, done)
            self.assertEqual(done.stderr.count("a token is handed in"), 1, done.stderr)
            self.assertIn("ended: ", done.stderr)

    def test_usage(self):
        self.check_usage("bot", "nonsense", self.file)


if __name__ == "__main__":
    running.main()
