"""The man page and the help of every command: `test_man.py PROGRAM`."""

import re
import subprocess

import program
from case import Case, main, run


def commands():
    _, out, _ = run("--help")
    listed = out.decode().split("Subcommands:\n")[1].split("\n\n")[0]
    return re.findall(r"(?m)^  (\w+)", listed)


def rendered(page):
    """As groff shows it, without bold and underlined letters, on lines of any length."""
    done = subprocess.run(["groff", "-man", "-ww", "-Tutf8", "-P-cbou", "-rLL=400n"], input=page,
                          capture_output=True, timeout=program.PATIENCE_S, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


class Man(Case):
    def setUp(self):
        super().setUp()
        code, self.page, err = run("man")
        self.assertEqual((code, err), (0, ""))

    def test_groff_has_nothing_to_warn_of(self):
        code, text, err = rendered(self.page)
        self.assertEqual((code, err), (0, ""))
        self.assertTrue(text.startswith("RESOCK(1)"), text[:80])

    def test_the_page_is_ascii_without_a_date(self):
        self.page.decode("ascii")
        self.assertEqual(run("man")[1], self.page)
        self.assertIn(b'.TH RESOCK 1 "" "resock ', self.page)

    def test_name_section_is_what_whatis_reads(self):
        self.assertIn(b".SH NAME\nresock \\- a WebSocket", self.page)

    def test_every_command_and_its_options_stand_in_it(self):
        _, text, _ = rendered(self.page)
        squeezed = " ".join(text.split())
        self.assertIn("connect", commands())
        for command in commands():
            _, out, _ = run(command, "--help")
            helped = out.decode()
            part = squeezed.split(f"resock {command} [OPTIONS]", 1)[1]
            for option in re.findall(r"(?m)^  (?:-\w,)?(--[\w-]+)", helped):
                self.assertIn(option, part, command)
            for line in helped.split("Examples:\n")[1].split("\n\n")[0].splitlines():
                self.assertIn(" ".join(line.split()), squeezed, command)

    def test_every_option_of_the_library_stands_in_it(self):
        _, text, _ = rendered(self.page)
        _, out, _ = run("options")
        for name in re.findall(r"(?m)^  ([a-z]\S+)", out.decode()):
            self.assertIn(f" {name} ", text)


class Help(Case):
    def test_every_command_has_examples_and_exit_codes(self):
        for command in commands():
            with self.subTest(command):
                code, out, err = run(command, "--help")
                self.assertEqual((code, err), (0, ""))
                text = out.decode()
                self.assertIn(f"\nUsage: resock {command} ", text)
                examples = text.split("\nExamples:\n")[1].split("\n\n")[0].splitlines()
                for line in examples:
                    self.assertRegex(line, rf"^  .*\bresock {command}\b")
                self.assertIn("\nExit codes:\n  0    ", text)
                self.assertIn("\n  2    ", text)
                prose = [line for line in text.splitlines() if not line.startswith(" ")]
                for line in prose + text.split("Examples:")[1].splitlines():
                    self.assertLessEqual(len(line), 100, line)


if __name__ == "__main__":
    main()
