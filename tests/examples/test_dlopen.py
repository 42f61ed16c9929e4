"""examples/dlopen: `test_dlopen.py LANGUAGE RESOCK LIBRARY CC`. One language against the library that
was built, against what is no such library, and against servers. What has to be built or fetched
for a language is in the folder RESOCK_TEST_DLOPEN (`./dev test` makes it)."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "cli"))
from program import PATIENCE_S, Process, ScriptedServer, frames  # noqa: E402
from running import DeadPort, Listening  # noqa: E402

LANGUAGE, RESOCK, LIBRARY, CC = sys.argv[1:5]
HERE = ROOT / "examples/dlopen"
MADE = os.environ.get("RESOCK_TEST_DLOPEN")
SKIPPED = 77
CYCLES_OF_A_HALF = 5000
# What runtimes open, start and compile late; far below one of anything for each cycle.
SPARE, SPARE_BYTES = 8, (16 if LANGUAGE == "node" else 4) << 20
AARCH64 = 183
FAKES = {
    "other_abi": "unsigned resock_abi_version(void) { return 7; }\n",
    "no_more": "unsigned resock_abi_version(void) { return 1; }\n",
}


def compile_c(*words):
    subprocess.run([CC, *map(str, words)], check=True, timeout=PATIENCE_S)


def c_program(folder, source):
    """Those in C are built here, as their first lines say."""
    wrapper = [HERE / "c/packed.c", HERE / "c/resock_dl.c"]
    compile_c("-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-O2", f"-I{HERE / 'c'}",
              f"-I{ROOT / 'capi/include'}", source, *wrapper, "-o", folder / source.stem, "-ldl")
    return [folder / source.stem]


def needed(word):
    """A runtime, or a folder made by `./dev`; without it there is nothing to run."""
    if word is None or not (Path(word).exists() or shutil.which(word)):
        print(f"skipped: {LANGUAGE} needs {word or 'RESOCK_TEST_DLOPEN'}; `./dev test` installs it")
        sys.exit(SKIPPED)
    return word


def programs(folder):
    """The commands of `first`, `throughput`, `cycles` and `misuse`."""
    names = "first", "throughput", "cycles", "misuse"
    if LANGUAGE in ("go", "rust"):
        made = Path(needed(MADE and f"{MADE}/{LANGUAGE}"))
        return [[made / name] for name in names]
    tree = Path(needed(MADE and f"{MADE}/node")) if LANGUAGE == "node" else ROOT
    command, suffix = {"c": (CC, "c"), "node": (os.environ.get("RESOCK_TEST_NODE"), "mjs"),
                       "python": (sys.executable, "py"), "ruby": ("ruby", "rb"),
                       "lua": ("luajit", "lua")}[LANGUAGE]
    needed(command)
    sources = [tree / part / "dlopen" / LANGUAGE / f"{name}.{suffix}"
               for part, name in zip(("examples", "bench", "bench", "bench"), names)]
    if LANGUAGE == "c":
        return [c_program(folder, source) for source in sources]
    return [[command, source] for source in sources]


def environment(library=None, path=None):
    made = {name: value for name, value in os.environ.items()
            if name not in ("RESOCK_LIBRARY", "LD_LIBRARY_PATH")}
    made["PYTHONDONTWRITEBYTECODE"] = "1"  # nothing is put among the sources
    if library:
        made["RESOCK_LIBRARY"] = str(library)
    if path:
        made["LD_LIBRARY_PATH"] = str(path)
    return made


def run(program, *arguments, env=None):
    return subprocess.run([*map(str, program), *map(str, arguments)], text=True, check=False,
                          capture_output=True, timeout=PATIENCE_S, env=env or environment())


class First(unittest.TestCase):
    def arrived(self, done, text="hello"):
        self.assertEqual((done.returncode, done.stdout), (0, f"arrived: {text}\n"), done)

    def refused(self, done, *parts):
        """Status 1 and one line that says why: no crash, no trace."""
        self.assertEqual((done.returncode, done.stdout), (1, ""), done)
        self.assertEqual(done.stderr.count("\n"), 1, done)
        for part in ("first: ", *parts):
            self.assertIn(part, done.stderr)

    def test_library_by_argument_variable_and_usual_name(self):
        self.arrived(run(FIRST, "echo:", LIBRARY))
        self.arrived(run(FIRST, env=environment(library=LIBRARY)))
        self.arrived(run(FIRST, env=environment(path=Path(LIBRARY).parent)))
        self.arrived(run(FIRST, "echo:", LIBRARY, env=environment(library="libm.so.6")))

    def test_url_is_no_url(self):
        self.refused(run(FIRST, "nonsense", LIBRARY), '"nonsense"', "no scheme")

    def test_no_library(self):
        for done in [run(FIRST, "echo:", "/nowhere/libresock.so.0"),
                     run(FIRST, env=environment(library="/nowhere/libresock.so.0"))]:
            self.refused(done, "/nowhere/libresock.so.0", "RESOCK_LIBRARY", "libresock0")

    def test_another_library(self):
        self.refused(run(FIRST, "echo:", "libm.so.6"),
                     "libm.so.6 is not resock of ABI 1: it has no resock_abi_version")

    def test_libraries_that_are_not_ours(self):
        other, short = (str(FOLDER / f"lib{name}.so") for name in FAKES)
        self.refused(run(FIRST, "echo:", other), f"{other} has ABI 7", "needs ABI 1")
        self.refused(run(FIRST, "echo:", short), f"{short} is not resock of ABI 1",
                     "it has no resock_")

    def test_files_that_cannot_be_loaded(self):
        text = FOLDER / "text.so"
        text.write_text("This is no library.\n" * 100)
        foreign = bytearray((FOLDER / f"lib{next(iter(FAKES))}.so").read_bytes())
        foreign[18:20] = AARCH64.to_bytes(2, "little")
        (FOLDER / "foreign.so").write_bytes(foreign)
        for path in [text, FOLDER / "foreign.so"]:
            self.refused(run(FIRST, "echo:", path), "cannot load resock", path.name)

    def test_a_server_and_why_the_connection_ended(self):
        with Listening(RESOCK, "serve", "--listen", "ws://127.0.0.1:0", "--echo") as server:
            done = run(FIRST, server.url, LIBRARY)
            self.arrived(done)
            self.assertIn("closed by this side with code 1000", done.stderr)

    def test_it_says_why_it_cannot_connect_and_goes_on_trying(self):
        with DeadPort() as port, Process(*FIRST, port.url, LIBRARY) as first:
            for _ in range(2):
                self.assertIn("nothing listens there", first.line("stderr"))

    def test_ctrl_c_ends_it_while_it_waits(self):
        with DeadPort() as port, Process(*FIRST, port.url, LIBRARY) as first:
            first.line("stderr")
            first.send_signal(signal.SIGINT)
            self.assertNotEqual(first.status(), 0)

    def test_after_a_break_hello_is_sent_again(self):
        def script(peer):
            peer.open()
            _, hello = peer.message()
            if peer.number > 1:  # the first connection ends without an answer
                peer.send(frames.TEXT, hello)
                peer.until_closed()

        with ScriptedServer(script) as server:
            self.arrived(run(FIRST, server.url, LIBRARY))

    def test_a_message_larger_than_the_buffer(self):
        def script(peer):
            peer.open()
            peer.send(frames.TEXT, text.encode())
            peer.until_closed()

        for size in [65_536, 300_001]:
            text = "x" * size
            with ScriptedServer(script) as server:
                self.arrived(run(FIRST, server.url, LIBRARY), text)


class Throughput(unittest.TestCase):
    """bench/dlopen: the packed calls."""

    def counted(self, *arguments):
        done = run(THROUGHPUT, *arguments, env=environment(library=LIBRARY))
        self.assertEqual(done.returncode, 0, done)
        return json.loads(done.stdout)

    def test_each_message_comes_back_once_and_in_order(self):
        found = self.counted("echo:", 20_000)
        self.assertEqual((found["messages"], found["wrong"]), (20_000, 0), found)
        self.assertGreater(found["messages_per_s"], 0)

    def test_a_queue_smaller_than_what_is_sent_at_once(self):
        found = self.counted("echo:", 5_000, "queue.messages=100")
        self.assertEqual((found["messages"], found["wrong"]), (5_000, 0), found)

    def test_what_is_wrong_ends_it(self):
        done = run(THROUGHPUT, "echo:", 1000, "queue.messages=many",
                   env=environment(library=LIBRARY))
        self.assertEqual((done.returncode, done.stdout), (1, ""), done)
        self.assertIn('"many"', done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done)

    def test_a_link_that_ends_ends_it(self):
        with DeadPort() as port:
            done = run(THROUGHPUT, port.url, 1000, "reconnect.attempts=0",
                       env=environment(library=LIBRARY))
        self.assertEqual((done.returncode, done.stdout), (1, ""), done)
        # Whoever notices it first: the next send or the event.
        self.assertRegex(done.stderr, "nothing listens there|the link has ended")


class Misuse(unittest.TestCase):
    """bench/dlopen: what is wrong is the language's error with the library's sentence. The program
    ends with an open link, and collects garbage while it is used."""

    def test_each_is_told_and_none_crashes(self):
        done = run(MISUSE, env=environment(library=LIBRARY))
        self.assertEqual((done.returncode, done.stderr), (0, ""), done)
        told = [line.split(": ", 1) for line in done.stdout.splitlines()]
        self.assertIn(["link of a freed hub", "the link or its hub was freed"], told)
        self.assertIn(["reason too long", "a close reason is UTF-8 of at most 123 bytes, this one "
                       "has 124"], told)
        self.assertNotIn("accepted", [words for _, words in told])
        if LANGUAGE != "rust":  # its compiler refuses these
            for what in ("freed link", "freed hub", "freed hub again"):
                self.assertIn("handle", dict(told)[what])
        if LANGUAGE not in ("c", "go", "rust"):  # so do theirs
            self.assertEqual([what for what, _ in told].count("wrong type"), 3)


class Cycles(unittest.TestCase):
    """bench/dlopen: what making, using and freeing leaves behind."""

    def taken(self, pid):
        """(open descriptors, threads, resident bytes)"""
        folder = Path(f"/proc/{pid}")
        pages = int((folder / "statm").read_text().split()[1])
        return (len(list((folder / "fd").iterdir())), len(list((folder / "task").iterdir())),
                pages * os.sysconf("SC_PAGE_SIZE"))

    def test_nothing_grows(self):
        with Process("env", f"RESOCK_LIBRARY={LIBRARY}", "PYTHONDONTWRITEBYTECODE=1", *CYCLES,
                     CYCLES_OF_A_HALF) as program:
            found = []
            for _ in range(2):
                self.assertEqual(program.line(), "ready", program.queues)
                found.append(self.taken(program.process.pid))
                program.write(b"\n")
            self.assertEqual(program.status(), 0)
        for before, after, spare in zip(*found, (SPARE, SPARE, SPARE_BYTES)):
            self.assertLessEqual(after - before, spare, found)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made_folder:
        FOLDER = Path(made_folder)
        for fake, content in FAKES.items():
            (FOLDER / f"{fake}.c").write_text(content)
            compile_c("-shared", "-fPIC", FOLDER / f"{fake}.c", "-o", FOLDER / f"lib{fake}.so")
        FIRST, THROUGHPUT, CYCLES, MISUSE = programs(FOLDER)
        unittest.main(argv=[sys.argv[0], *sys.argv[5:]])
