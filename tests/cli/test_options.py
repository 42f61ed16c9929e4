"""`resock options`: `test_options.py PROGRAM`."""

import json

from case import Case, main, run


def shown(*arguments):
    code, out, err = run("options", *arguments)
    assert (code, err) == (0, ""), (arguments, code, err)
    return out.decode()


def described(*arguments):
    return json.loads(shown("--json", *arguments))


def rows(text):
    """The lines of options, without headings and meanings."""
    return [line[2:].split() for line in text.splitlines()[1:]
            if line.startswith("  ") and not line.startswith("   ")]


class Options(Case):
    def test_the_table_has_every_option_in_its_order(self):
        text = shown()
        every = described()
        self.assertEqual([row[0] for row in rows(text)], [each["name"] for each in every])
        joined = " ".join(text.split())
        for each in every:
            self.assertIn(each["meaning"], joined)
        sections = list(dict.fromkeys(each["section"] for each in every))
        self.assertEqual([line for line in text.splitlines() if line and line[0] != " "], sections)

    def test_columns_stand_below_one_another(self):
        text = shown()
        head = text.splitlines()[0]
        for column in ["TYPE", "DEFAULT", "RANGE", "SCOPE"]:
            at = head.index(column)
            for line in text.splitlines()[1:]:
                if line.startswith("  ") and not line.startswith("   "):
                    self.assertEqual(line[at - 1], " ", line)
                    self.assertNotEqual(line[at], " ", line)

    def test_one_option(self):
        text = shown("reconnect.max")
        self.assertEqual(rows(text), [["reconnect.max", "duration", "30s", "1ms", "to", "24h",
                                       "link", "changeable"]])
        self.assertIn("The most time before the next attempt.", text)
        self.assertEqual([each["name"] for each in described("reconnect.max")], ["reconnect.max"])

    def test_a_family_of_options(self):
        for name in ["heartbeat", "heartbeat."]:
            names = [each["name"] for each in described(name)]
            self.assertGreater(len(names), 3)
            self.assertTrue(all(each.startswith("heartbeat.") for each in names), names)

    def test_verdicts_are_one_row(self):
        for name in ["verdict.1008", "verdict.dns-unknown"]:
            self.assertEqual([each["name"] for each in described(name)], ["verdict.*"])

    def test_scopes(self):
        every = described()
        scopes = {scope for each in every for scope in each["scope"]}
        self.assertEqual({"hub", "link", "listener"}, scopes)
        for scope in scopes:
            self.assertEqual(described("--scope", scope),
                             [each for each in every if scope in each["scope"]])
        self.assertEqual(rows(shown("--scope", "hub", "io.threads"))[0][0], "io.threads")
        self.assertIn("\nThe listener\n", shown("--scope", "listener"))
        self.assertNotIn("\nThe listener\n", shown("--scope", "link"))

    def test_what_is_shown_can_be_set(self):
        for each in described("--scope", "link"):
            value = each["default"]
            if each["changeable"] and value:
                with self.subTest(each["name"]):
                    code, _, err = run("connect", "echo:", "-q", "--set", f"{each['name']}={value}")
                    self.assertEqual(code, 0, err)

    def test_wrong_usage(self):
        cases = [
            (["heartbeat.intervall"], "did you mean 'heartbeat.interval'"),
            (["verdict.10008"], "close code (1000 to 4999)"),
            (["zzzzzzzzzzzzz"], "`resock options` lists all"),
            (["--scope", "lnk"], "expected one of hub, "),
            (["io.threads", "--scope", "link"], "unknown option 'io.threads'"),
            (["url", "more"], "unknown argument 'more'"),
            (["--jsn"], "did you mean '--json'"),
        ]
        for arguments, part in cases:
            with self.subTest(arguments):
                code, out, err = run("options", *arguments)
                self.assertEqual((code, out), (2, b""), err)
                self.expect_one_line(err, "resock: ", part)


if __name__ == "__main__":
    main()
