"""docs/on-call.md says what the library does: `test_on_call.py PROGRAM`."""

import json
import re
import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = sys.argv[1]
PAGE = (ROOT / "docs/on-call.md").read_text(encoding="utf-8")
TABLES = ["close-code", "http-status", "cause"]
OF_SESSIONS = ["session-close-code", "session-reject"]

# What the page quotes of sentences that are put together, as it stands in the sources.
FRAGMENTS = [
    "peer silent",
    " (no answer to the heartbeat)",
    "peer reads slowly: it takes bytes but has not answered for ",
    "; given up after heartbeat.stall",
    "no answer to a ping within confirm.timeout although messages arrive: nothing can be confirmed.",
    "the queue is full: ",
    " bytes wait for confirmation; wait for WRITABLE, or see queue.full",
    "): raise that option or send it in parts",
    "the greeting was not answered by resock_link_ready within greeting.timeout",
    "CREDENTIALS was not answered within credentials.timeout",
    "the application has no credentials",
    "not retried: reconnect.attempts or reconnect.total is used up (attempt ",
    "link freed with ",
    " messages at most not confirmed (ids ",
    "connections are refused: ",
    "; raise the limit of open files (ulimit -n) above listen.connections (",
    "connections are closed without an answer: ",
    "more connections than listen.connections allows, and than can be told so",
    "it takes nothing, and the server has no memory left",
    "the links of this listener hold listen.memory together, and this one more than its share; ",
    "; the former certificate stays in use",
    "cannot listen at ",
    "; another program listens there: stop it, or use another port (0 lets the system choose)",
    "not opened",
    "session lost: ",
    "is an SQLite file of another program",
    "session.position is of another session than the one in '",
    " to go on at, which is not followed: add its host to session.redirect_hosts; never from wss to "
    "ws",
    "the server asks for a fresh token; set credentials.when to refused or always and answer "
    "CREDENTIALS with session.token",
    "listen.sessions holds more sessions than listen.session_count allows: the clients of the rest "
    "are told to come back later",
]


def printed(*arguments):
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=60,
                          check=True)
    return done.stdout


def literals():
    """The texts in the sources, neighbours joined as the compiler does."""
    made = []
    for file in sorted((ROOT / "core").rglob("*.cpp")):
        text = file.read_text(encoding="utf-8")
        for found in re.finditer(r'"(?:[^"\\\n]|\\.)*"(?:\s*"(?:[^"\\\n]|\\.)*")*', text):
            parts = re.findall(r'"((?:[^"\\\n]|\\.)*)"', found.group())
            made.append("".join(parts).replace('\\"', '"'))
    return made


class OnCall(unittest.TestCase):
    def test_every_row_of_the_table_is_there_and_says_the_same(self):
        rows = {}
        for line in PAGE.splitlines():
            cells = line.strip("| ").split(" | ")
            if re.match(r"`[\w-]+`$", cells[0]) and len(cells) == 4:
                self.assertNotIn(cells[0], rows, "said twice")
                rows[cells[0]] = cells
        known = [each for each in json.loads(printed("explain", "--json"))
                 if each["kind"] in TABLES + OF_SESSIONS]
        self.assertGreater(len(known), 60)
        for each in known:
            with self.subTest(each["name"]):
                self.assertIn(f"`{each['name']}`", rows)
                _, meaning, verdict, advice = rows[f"`{each['name']}`"]
                self.assertEqual(meaning, each["meaning"])
                self.assertGreater(len(advice), 5)
                if each["kind"] in OF_SESSIONS:
                    self.assertEqual(verdict, each["does"])
                    continue
                # This release follows no redirects.
                wanted = each["verdict"].replace("follow", "stop")
                self.assertEqual(verdict.split()[0].strip(";,"), wanted)
                goes_on = "has been open before goes on" in each["does"]
                self.assertEqual("¹" in verdict, goes_on, verdict)
        self.assertEqual(len(rows), len(known))

    def test_what_is_quoted_stands_in_the_sources_and_on_the_page(self):
        texts = literals()
        page = PAGE.replace("\n", " ")
        for fragment in FRAGMENTS:
            with self.subTest(fragment):
                self.assertTrue(any(fragment in text for text in texts), "not in the sources")
                self.assertIn(fragment.strip(), page)

    def test_options_that_are_named_exist(self):
        options = {each["name"] for each in json.loads(printed("options", "--json"))}
        prefixes = {name.split(".")[0] for name in options}
        for name in re.findall(r"`([a-z]+\.[a-z_]+)(?:=\S+)?`", PAGE):
            if name.split(".")[0] in prefixes - {"verdict"}:
                self.assertIn(name, options)

    def test_the_example_is_what_is_printed(self):
        block = re.search(r"```\n\$ resock explain '(.*?)'\n(.*?)  …\n```", PAGE, re.DOTALL)
        self.assertTrue(printed("explain", block.group(1)).startswith(block.group(2)))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
