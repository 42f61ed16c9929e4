"""examples/first.cpp, first.c and echo_server.cpp: the programs of README.md and docs/listener.md."""

import running
from running import Listening, Resock, run


class First(running.Case):
    def test_both_get_their_hello_back(self):
        for program in ["first", "first_c"]:
            with self.subTest(program):
                done = run(program, "echo:")
                self.assertEqual((done.returncode, done.stdout), (0, "arrived: hello\n"), done)
                done = run(program, "nonsense")
                self.assertEqual((done.returncode, done.stdout), (1, ""), done)
                self.assertIn("nonsense", done.stderr)

    def test_the_echo_server_serves_them(self):
        with Listening(running.EXAMPLES / "example_echo_server", "ws://127.0.0.1:0") as server:
            for program in ["first", "first_c"]:
                done = run(program, server.url)
                self.assertEqual((done.returncode, done.stdout), (0, "arrived: hello\n"), done)
            with Resock("connect", server.url) as client:
                client.write(b"stop\n")
                self.assertIn("1001", client.line_with("down: "))
                self.assertEqual(server.status(), 0)


if __name__ == "__main__":
    running.main()
