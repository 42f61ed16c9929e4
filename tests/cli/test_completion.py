"""`resock completion`: `test_completion.py PROGRAM`. The script of bash is run by bash; those of
zsh and fish are read by these shells where they are installed."""

import json
import os
import pty
import re
import select
import shutil
import subprocess

import program
from case import Case, main, run

COMMANDS = ["connect", "serve", "chaos", "demo", "explain", "options", "completion", "man",
            "version"]
# Whose options --set takes.
SET_SCOPES = {"connect": {"link", "hub"}, "serve": {"listener", "hub"}}

# Words as bash splits them at a TAB behind `line`; then what the script offers, one on a line.
ASK = """
source "$1"
read -ra COMP_WORDS <<<"$(sed 's/=/ = /g' <<<"$2")"
[[ $2 != *' ' && $2 != *= ]] || COMP_WORDS+=("")
[[ $2 != *= ]] || unset 'COMP_WORDS[-1]'
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_resock
printf '%s\\n' "${COMPREPLY[@]}"
"""


def names_in(scopes):
    """The options of the library, all verdicts as "verdict.*"."""
    _, out, _ = run("options", "--json")
    return {each["name"] for each in json.loads(out) if scopes & set(each["scope"])}


def script(shell):
    code, out, err = run("completion", shell)
    assert (code, err) == (0, ""), err
    return out.decode()


class Bash(Case):
    def setUp(self):
        super().setUp()
        self.file = self.folder / "resock.bash"
        self.file.write_text(script("bash"), encoding="utf-8")

    def offered(self, line, ask=ASK):
        done = subprocess.run(["bash", "--norc", "-c", ask, "ask", self.file, line],
                              capture_output=True, text=True, timeout=program.PATIENCE_S,
                              check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""), line)
        return done.stdout.split("\n")[:-1]

    def test_the_script_is_registered(self):
        done = subprocess.run(["bash", "--norc", "-c", 'source "$1"; complete -p resock', "ask",
                               self.file], capture_output=True, text=True, check=True)
        self.assertEqual(done.stdout, "complete -F _resock resock\n")

    def test_commands(self):
        offered = self.offered("resock ")
        self.assertLessEqual({*COMMANDS, "--help", "--version"}, set(offered))
        self.assertEqual(self.offered("resock con"), ["connect"])
        self.assertEqual(self.offered("resock zzz"), [""])

    def test_options_are_those_of_help(self):
        for command in COMMANDS:
            _, out, _ = run(command, "--help")
            # Only lines of options: examples and prose name others.
            helped = re.findall(r"(?m)^  (?:-\w,)?(--[\w-]+)", out.decode())
            offered = self.offered(f"resock {command} -")
            self.assertEqual(sorted(each for each in offered if each.startswith("--")),
                             sorted(set(helped)), command)

    def test_names_behind_set(self):
        names = self.offered("resock connect echo: --set ")
        self.assertIn("heartbeat.interval=", names)
        self.assertIn("verdict.1006=", names)
        self.assertIn("verdict.tls-expired=", names)
        self.assertIn("io.threads=", names)
        self.assertTrue(all(re.fullmatch(r"[a-z0-9._-]+=", name) for name in names), names)
        self.assertEqual(self.offered("resock connect --set heartbeat.i"), ["heartbeat.interval="])
        self.assertEqual(self.offered("resock connect --set=heartbeat.i"), ["heartbeat.interval="])

    def test_set_takes_the_options_of_its_command(self):
        for command, scopes in SET_SCOPES.items():
            offered = self.offered(f"resock {command} --set ")
            self.assertEqual(len(offered), len(set(offered)), command)
            self.assertEqual({re.sub(r"^verdict\.(?!strict).*", "verdict.*", name[:-1])
                              for name in offered}, names_in(scopes), command)
        self.assertEqual(self.offered("resock serve --set listen.acc"), ["listen.accept="])
        self.assertEqual(self.offered("resock serve --set listen.accept=au"), ["auto"])
        self.assertEqual(self.offered("resock serve --set=listen.acc"), ["listen.accept="])
        self.assertEqual(self.offered("resock connect --set listen."), [""])
        self.assertEqual(self.offered("resock serve --set ur"), [""])

    def test_values_behind_a_name(self):
        every = ["at-most-once", "at-least-once", "exactly-once"]
        self.assertEqual(self.offered("resock connect --set delivery="), every)
        self.assertEqual(self.offered("resock connect --set delivery=at-l"), ["at-least-once"])
        self.assertEqual(self.offered("resock connect --set=delivery=at-l"), ["at-least-once"])
        self.assertEqual(self.offered("resock connect --set tls.verify=f"), ["false"])
        self.assertEqual(self.offered("resock connect --set verdict.1006=s"),
                         ["slow", "spread", "stop"])
        self.assertEqual(self.offered("resock connect --set verdict.strict=t"), ["true"])
        self.assertEqual(self.offered("resock connect --set reconnect.max="), [""])

    def test_every_setting_is_one(self):
        # These depend on others, or on somebody who answers.
        apart = {"confirm=", "delivery=", "heartbeat.mode=", "credentials.when=", "outbox.sync=",
                 "session.done=", "session.on_lost="}
        for name in set(self.offered("resock connect --set ")) - apart:
            values = self.offered(f"resock connect --set {name}")
            if values != [""]:
                with self.subTest(name):
                    code, _, err = run("connect", "echo:", "-q", *(
                        word for value in values for word in ["--set", name + value]))
                    self.assertEqual(code, 0, err)

    def test_every_setting_of_serve_is_one(self):
        for name in self.offered("resock serve --set "):
            values = self.offered(f"resock serve --set {name}")
            if values != [""]:
                with self.subTest(name):
                    # Refused for what is missing, after --set was read.
                    code, _, err = run("serve", "--listen", "ws://127.0.0.1:0", *(
                        word for value in values for word in ["--set", name + value]))
                    self.assertEqual(code, 2)
                    self.assertIn("say what to do with what arrives", err)

    def test_where_equals_breaks_no_words(self):
        ask = ASK.replace("""sed 's/=/ = /g' <<<"$2\"""", 'printf %s "$2"').replace(
            "|| COMP_WORDS+", "|| [[ $2 == *= ]] || COMP_WORDS+").replace(
            """[[ $2 != *= ]] || unset 'COMP_WORDS[-1]'""", "")
        self.assertNotIn("sed", ask)
        self.assertEqual(self.offered("resock connect --set delivery=at-l", ask),
                         ["delivery=at-least-once"])

    def test_values_of_options_and_arguments(self):
        self.assertLessEqual({"hub", "link", "listener"},
                             set(self.offered("resock options --scope ")))
        self.assertEqual(self.offered("resock options --scope=h"), ["hub"])
        self.assertEqual(self.offered("resock options reconnect.ma"), ["reconnect.max"])
        self.assertEqual(self.offered("resock explain tls-exp"), ["tls-expired"])
        self.assertEqual(self.offered("resock explain ECONNREF"), ["ECONNREFUSED"])
        self.assertEqual(self.offered("resock completion "), ["bash", "zsh", "fish", "-h", "--help"])


class Tab(Case):
    """The key itself, in an interactive bash on a terminal of its own."""

    def setUp(self):
        super().setUp()
        file = self.folder / "resock.bash"
        file.write_text(script("bash") + "PS1='ready> '\n", encoding="utf-8")
        pid, self.terminal = pty.fork()
        if pid == 0:
            os.environ.update(TERM="dumb", INPUTRC=os.devnull, HISTFILE=os.devnull)
            os.execvp("bash", ["bash", "--noprofile", "--rcfile", str(file), "-i"])
        self.addCleanup(os.waitpid, pid, 0)
        self.addCleanup(os.close, self.terminal)
        self.until("ready> ")

    def until(self, part):
        """Reads up to `part`."""
        text = ""
        while part not in text:
            readable, _, _ = select.select([self.terminal], [], [], program.PATIENCE_S)
            self.assertTrue(readable, f"no {part!r}: {text!r}")
            text += os.read(self.terminal, 4096).decode()

    def test_what_readline_makes_of_it(self):
        for typed, shown in [
            ("resock con\t", "resock connect "),
            ("resock connect --set deliv\tat-l\t", "--set delivery=at-least-once "),
            ("resock connect --set heartbeat.int\t5s", "--set heartbeat.interval=5s"),
            ("resock connect --set=verdict.1006=sl\t", "--set=verdict.1006=slow "),
            ("resock options --sc\thu\t", "resock options --scope hub "),
        ]:
            os.write(self.terminal, typed.encode())
            self.until(shown)
            os.write(self.terminal, b"\x15:\n")  # Ctrl-U drops the line
            self.until("ready> ")


class Others(Case):
    def check(self, shell, *arguments):
        if not shutil.which(shell):
            self.skipTest(f"{shell} is not installed")
        file = self.folder / "script"
        file.write_text(script(shell), encoding="utf-8")
        done = subprocess.run([shell, *arguments, file], capture_output=True, text=True,
                              timeout=program.PATIENCE_S, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_zsh_reads_its_script(self):
        self.check("zsh", "-f", "-n")

    def test_fish_reads_its_script(self):
        self.check("fish", "--no-config", "--no-execute")

    def test_each_script_knows_commands_options_and_settings(self):
        for shell in ["zsh", "fish"]:
            text = script(shell)
            for word in [*COMMANDS, "binary", "verdict.1006", "at-least-once", "tls-expired"]:
                self.assertIn(word, text, shell)
            # Single quotes open and close on each line: a text with one in it is quoted.
            for line in text.splitlines():
                if not line.lstrip().startswith("#"):
                    plain = line.replace("'\\''", "").replace("\\'", "")
                    self.assertEqual(plain.count("'") % 2, 0, line)

    def test_each_script_has_the_settings_of_each_command(self):
        for shell, begin, end in [("zsh", "local -a _resock_{}_settings=(", "    )\n"),
                                  ("fish", "function __resock_{}_settings\n", "\nend\n")]:
            text = script(shell)
            for command, scopes in SET_SCOPES.items():
                part = text.split(begin.format(command))[1].split(end)[0]
                named = set(re.findall(r"(?m)^        ([a-z0-9._-]+)", part))
                self.assertEqual({re.sub(r"^verdict\.(?!strict).*", "verdict.*", name)
                                  for name in named}, names_in(scopes), (shell, command))

    def test_an_unknown_shell(self):
        for arguments, part in [([], "SHELL"), (["bsh"], "did you mean 'bash'"),
                                (["tcsh"], "expected bash, zsh or fish")]:
            with self.subTest(arguments):
                code, out, err = run("completion", *arguments)
                self.assertEqual((code, out), (2, b""))
                self.expect_one_line(err, "resock: ", part)


if __name__ == "__main__":
    main()
