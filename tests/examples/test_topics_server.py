"""examples/topics_server.cpp: who is let in, who gets what, and an end in order."""

import running
from running import Resock, send, topics_server
from authority import Authority  # of tests/peers, which `running` has put in the path


class TopicsServer(running.Case):
    def test_who_has_no_token_is_told_so(self):
        with topics_server("ws://127.0.0.1:0", "secret") as server:
            with Resock("connect", server.url) as client:
                self.assertIn("401", client.line_with("resock: "))
                self.assertEqual(client.status(), 3)
            send(server.url, "publish a 1", options=["--header", "Authorization: Bearer secret"])

    def test_a_subscriber_gets_its_topics_and_what_it_missed(self):
        with topics_server() as server:
            send(server.url, "publish a one", "publish b no", "publish a two", "publish a three")
            with Resock("connect", server.url) as client:
                client.write(b"subscribe a 1\n")
                self.assertEqual([client.line(), client.line()], ["a 2 two", "a 3 three"])
                client.write(b"publish a four\n")
                self.assertEqual(client.line(), "a 4 four")

    def test_a_client_that_talks_nonsense_is_closed_and_others_stay(self):
        with topics_server() as server, Resock("connect", server.url) as good:
            good.write(b"subscribe a\n")
            server.line_with("subscribed: a", "stdout")
            with Resock("connect", server.url, "--set", "verdict.4000=stop") as bad:
                bad.write(b"nonsense\n")
                self.assertIn("4000", bad.line_with("resock: "))
            good.write(b"publish a still here\n")
            self.assertEqual(good.line(), "a 1 still here")

    def test_sigterm_closes_its_clients_with_1001(self):
        with topics_server() as server, Resock("connect", server.url) as client:
            client.write(b"subscribe a\n")
            server.line_with("subscribed: a", "stdout")
            self.assertEqual(server.ends_in_order(), 0)
            self.assertIn("1001", client.line_with("down: "))

    def test_tls(self):
        files = Authority(self.folder)
        with topics_server("wss://127.0.0.1:0", "", files.chain, files.key) as server:
            send(server.url, "publish a 1", options=["--set", f"tls.ca_file={files.ca}"])
            server.ends_in_order()

    def test_a_port_in_use_is_an_error(self):
        with topics_server() as server:
            done = running.run("topics_server", server.url)
            self.assertEqual((done.returncode, done.stdout), (1, ""), done)
            self.assertIn(server.url.removeprefix("ws://"), done.stderr)


if __name__ == "__main__":
    running.main()
