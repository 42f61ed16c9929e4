"""examples/python, run as their readers would. Those that do the job of a program of examples/ are
held to that program's own tests in tests/examples."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import List

import pytest

from loaded import ROOT

PROGRAM = os.environ.get("RESOCK_TEST_PROGRAM", "")
EXAMPLES = ROOT / "examples/python"
PATIENCE_S = 300

sys.path.insert(0, str(ROOT / "tests/cli"))
from program import Process, closed_port  # noqa: E402

needs_program = pytest.mark.skipif(not PROGRAM, reason="no command resock")


class Example(Process):  # type: ignore[misc]  # not typed
    """A program of examples/python."""

    def __init__(self, name: str, *arguments: object) -> None:
        super().__init__(sys.executable, "-W", "error", EXAMPLES / f"{name}.py", *arguments)


class Listening(Example):
    """One whose first line says where it listens: `url`, `port`."""

    url: str
    port: int

    def __enter__(self) -> Listening:
        self.url = self.line().partition("listening on ")[2]
        self.port = int(self.url.rpartition(":")[2])
        return self

    def end(self) -> None:
        """In order: its clients are told."""
        self.send_signal(signal.SIGTERM)
        assert self.status() == 0, self.rest("stderr")


def write_lines(process: Process, lines: List[str]) -> None:
    process.write("".join(f"{line}\n" for line in lines).encode())


@needs_program
@pytest.mark.parametrize("name", ["feed", "bot", "topics_server"])
def test_does_what_the_same_one_in_another_language_does(name: str, tmp_path: Path) -> None:
    for each in ["feed", "bot", "topics_server"]:
        wrapper = tmp_path / f"example_{each}"
        wrapper.write_text(f'#!/bin/sh\nexec {sys.executable} -W error {EXAMPLES}/{each}.py "$@"\n')
        wrapper.chmod(0o755)
    done = subprocess.run(
        [sys.executable, str(ROOT / f"tests/examples/test_{name}.py"), str(tmp_path), PROGRAM, "-v"],
        capture_output=True, text=True, timeout=PATIENCE_S,
    )
    assert done.returncode == 0, done.stderr
    assert "OK" in done.stderr.splitlines()[-1]


def test_first() -> None:
    with Example("first") as first:
        assert first.rest("stdout") == ["arrived: hello"]
        assert (first.status(), first.rest("stderr")) == (0, [])
    with Example("first", "nonsense") as first:
        assert "nonsense" in first.line_with("OptionError")
        assert first.status() == 1


def deliver(samples: List[str], url: str, outbox: Path) -> None:
    """With its end at the end of the input."""
    with Example("device", url, outbox) as device:
        write_lines(device, samples)
        device.close_input()
        assert device.rest("stdout") == [f"stored: {sample}" for sample in samples]
        assert device.status() == 0, device.rest("stderr")


def test_device_delivers_each_sample_once_whatever_is_killed(tmp_path: Path) -> None:
    outbox, sessions = tmp_path / "outbox", tmp_path / "sessions"
    samples = [f"sample {number}" for number in range(1, 101)]
    with Listening("server", 0, "--exactly-once", "--sessions", sessions) as server:
        with Example("device", server.url, outbox) as device:
            write_lines(device, samples[:50])
            device.line_with("stored: sample 50", "stdout")
            device.process.kill()
            device.status()
        deliver(samples[50:], server.url, outbox)
        arrived = [server.line().replace("(again) ", "") for _ in samples]
        assert arrived == samples
        server.end()
        assert server.rest("stdout") == []


def test_a_killed_server_goes_on_with_its_sessions(tmp_path: Path) -> None:
    outbox, sessions = tmp_path / "outbox", tmp_path / "sessions"
    samples = [f"sample {number}" for number in range(1, 101)]
    arrived: List[str] = []
    with Listening("server", 0, "--exactly-once", "--sessions", sessions) as server:
        port = server.port
        with Example("device", server.url, outbox) as device:
            write_lines(device, samples[:50])
            arrived.append(server.line())
            server.process.kill()
            server.status()
            arrived.extend(server.rest("stdout"))
            with Listening("server", port, "--exactly-once", "--sessions", sessions) as again:
                write_lines(device, samples[50:])
                device.line_with("stored: sample 100", "stdout")
                while arrived[-1] != samples[-1]:
                    arrived.append(again.line().replace("(again) ", ""))
                device.close_input()
                assert device.status() == 0, device.rest("stderr")
                again.end()
    # What was handled and not yet noted when it was killed comes again, said to be so.
    assert list(dict.fromkeys(arrived)) == samples


def test_device_without_a_line_keeps_its_samples_for_the_next_start(tmp_path: Path) -> None:
    outbox = tmp_path / "outbox"
    with Example("device", f"ws://127.0.0.1:{closed_port()}", outbox) as device:
        write_lines(device, ["one", "two"])
        device.line_with("stored: two", "stdout")
        device.send_signal(signal.SIGTERM)
        assert device.line_with("samples") == "2 samples wait for the next start"
        assert device.status() == 0
    with Listening("server", 0) as server:
        deliver(["three"], server.url, outbox)
        assert [server.line() for _ in range(3)] == ["one", "two", "three"]


@needs_program
def test_server_takes_plain_clients_too_unless_told_otherwise() -> None:
    def connect(url: str) -> int:
        done = subprocess.run([PROGRAM, "connect", url], input="hello\n", text=True,
                              capture_output=True, timeout=PATIENCE_S)
        return done.returncode

    with Listening("server", 0) as server:
        assert connect(server.url) == 0
        assert server.line() == "hello"
        server.end()
    with Listening("server", 0, "--exactly-once") as server:
        assert connect(server.url) == 3  # refused


def test_an_existing_server_may_restart_and_gets_every_line() -> None:
    pytest.importorskip("websockets")
    lines = [f"line {number}" for number in range(1, 2_001)]
    arrived: List[str] = []
    port = closed_port()
    with Example("log_client", f"ws://127.0.0.1:{port}") as client:
        write_lines(client, lines[:500])
        for part in [lines[500:1_000], lines[1_000:], []]:
            with Listening("existing_server", port) as server:
                write_lines(client, part)
                if part:  # all before them may be confirmed already
                    arrived.append(server.line())  # the client is connected
                else:
                    client.close_input()
                    assert client.status() == 0, client.rest("stderr")
                server.end()
                arrived.extend(server.rest("stdout"))
    # What was read but not confirmed before an end comes again: once is the least.
    assert list(dict.fromkeys(arrived)) == lines


def test_usage() -> None:
    for name in ["feed", "bot", "device"]:
        with Example(name) as example:
            assert "usage: " in example.line("stderr")
            assert example.status() == 2
    with Example("log_client") as example:
        assert "usage: " in example.line("stderr")
        assert example.status() == 1
