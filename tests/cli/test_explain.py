"""`resock explain` and `resock version`: `test_explain.py PROGRAM`."""

import errno
import json
import os
import subprocess
from pathlib import Path

from case import RESOCK, Case, main, run
from program import closed_port


def told(*what):
    code, out, err = run("explain", *what)
    assert (code, err) == (0, ""), (what, code, err)
    return out.decode()


def entries(*what):
    return json.loads(told("--json", *what))


class Explain(Case):
    def test_a_close_code_in_words(self):
        text = told("1006")
        self.assertEqual(text.splitlines()[0], "1006: WebSocket close code")
        for part in ["meaning    broken without a closing handshake", "caused by  the network",
                     "resock     connects again at once", "--set verdict.1006=VERDICT",
                     "you can    if it comes often"]:
            self.assertIn(part, text)
        self.assertLessEqual(max(map(len, text.splitlines())), 100)

    def test_every_kind(self):
        cases = [
            (["503"], "http-status", "503"),
            (["HTTP", "503"], "http-status", "503"),
            (["ECONNREFUSED"], "socket-error", "ECONNREFUSED"),
            ([errno.ECONNREFUSED], "socket-error", "ECONNREFUSED"),
            (["tls-expired"], "cause", "tls-expired"),
            (["certificate", "has", "expired"], "tls-error", "verify-10"),
            (["EAI_NONAME"], "lookup-error", "EAI_NONAME"),
            (["reject-3"], "session-reject", "reject-3"),
            (["4429"], "session-close-code", "4429"),
        ]
        for what, kind, name in cases:
            with self.subTest(what):
                first = entries(*what)[0]
                self.assertEqual((first["kind"], first["name"]), (kind, name))
                for field in ["meaning", "caused_by", "layer", "verdict", "does", "remedy"]:
                    self.assertTrue(first[field], field)
                for part in [first["meaning"], first["remedy"]]:
                    self.assertIn(part, " ".join(told(*what).split()))

    def test_several_meanings_are_all_told(self):
        self.assertEqual([each["kind"] for each in entries("4409")],
                         ["session-close-code", "close-code"])
        text = told("4409")
        self.assertIn("4409: resock.v1 close code\n", text)
        self.assertIn("\n\n4409: WebSocket close code\n", text)

    def test_an_ambiguous_number_is_decided_and_told(self):
        # No HTTP status has the number of ETIMEDOUT.
        self.assertIn(f"there is no HTTP status {errno.ETIMEDOUT}", told(errno.ETIMEDOUT))

    def test_many_meanings_are_listed(self):
        text = told("certificate")
        self.assertIn("certificate has expired\n", text)
        self.assertRegex(text, r"\nThat is said of \d+ things; name one of these\.\n$")

    def test_a_line_of_a_log(self):
        line = "connecting to example.org failed: nothing (127.0.0.1:80: Connection refused)"
        self.assertEqual([each["name"] for each in entries(line)], ["ECONNREFUSED"])

    def test_what_a_record_holds_can_be_looked_up(self):
        # The error of a real failure, as the program itself reports it.
        _, _, err = run("connect", f"ws://127.0.0.1:{closed_port()}/", "--set",
                        "reconnect.attempts=0", "--events", "--json")
        record = json.loads(err.splitlines()[0])["record"]
        for field in ["layer", "caused_by"]:
            self.assertEqual(entries(record["cause"])[0][field], record[field])
        self.assertEqual(entries(record["errno"])[0]["cause"], record["cause"])
        self.assertEqual(entries(record["detail"])[0]["cause"], record["cause"])

    def test_everything(self):
        text = told()
        for title in ["WebSocket close codes", "HTTP statuses", "Causes in resock's records",
                      "resock.v1 close codes", "resock.v1 REJECT reasons", "Socket errors",
                      "Errors of name lookups", "TLS errors"]:
            self.assertIn(f"{title}\n", text)
        every = entries()
        for each in every:
            with self.subTest(each["name"]):
                self.assertRegex(text, rf"(?m)^  {each['name']}( |$)")
        named = {each["option"] for each in every} - {None}
        self.assertIn("verdict.1006", named)

    def test_the_option_that_is_named_can_be_set(self):
        for what in ["1006", "503", "tls-expired", "ECONNREFUSED"]:
            option = entries(what)[0]["option"]
            self.assertEqual(run("connect", "echo:", "-q", "--set", f"{option}=slow"), (0, b"", ""))

    def test_an_option_that_only_listeners_have(self):
        # Advice for a client, whose --set does not take it.
        text = told("tls-client-cert")
        self.assertIn("check tls.cert_file and tls.key_file\n", text)
        self.assertIn("a later release brings tls.cert_file, tls.key_file for links\n", text)
        code, _, err = run("connect", "echo:", "--set", "tls.cert_file=own.pem")
        self.assertEqual(code, 2)
        self.assertIn("tls.cert_file", err)

    def test_unknown(self):
        cases = [(["1O06"], "did you mean '1006'"), (["tls-expird"], "did you mean 'tls-expired'"),
                 (["600"], "a close code (1006)"), (["9999"], "nothing is known of '9999'"),
                 ([""], "nothing is known of ''"), (["1006", "--jsno"], "did you mean '--json'")]
        for what, part in cases:
            with self.subTest(what):
                code, out, err = run("explain", *what)
                self.assertEqual((code, out), (2, b""))
                self.expect_one_line(err, "resock: ", part)

    def test_output_that_cannot_be_written(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([RESOCK, "explain"], stdout=full, stderr=subprocess.PIPE,
                                  text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.expect_one_line(done.stderr, "resock: standard output: ", os.strerror(errno.ENOSPC))


class Version(Case):
    def test_the_libraries_inside(self):
        _, out, _ = run("version")
        lines = out.decode().splitlines()
        version = (Path(__file__).parents[2] / "VERSION").read_text().strip()
        self.assertEqual(lines[:2], [f"resock {version}", "ABI 1"])
        self.assertRegex(lines[2], r"^Boost 1\.\d+\.\d+$")
        self.assertRegex(lines[3], r"^OpenSSL 3\.\d+\.\d+")
        self.assertRegex(lines[4], r"^SQLite 3\.\d+\.\d+")
        self.assertRegex(lines[-1], r"^compiler \S+ \d+")

    def test_as_json(self):
        _, out, _ = run("version", "--json")
        made = json.loads(out)
        self.assertEqual(made["abi"], 1)
        self.assertEqual([each["name"] for each in made["libraries"]][:3],
                         ["Boost", "OpenSSL", "SQLite"])


if __name__ == "__main__":
    main()
