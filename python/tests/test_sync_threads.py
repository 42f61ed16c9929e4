"""Many threads, each with links of its own, share one hub: who reads, who waits, who ends it."""

from __future__ import annotations

import pytest
from child import run

# Threads change places after every few instructions, also inside a condition that another waits for.
PROGRAM = """
import sys, threading, resock, resock.sync
sys.setswitchinterval(1e-5)
failures = []
def work():
    try:
        for _ in range({rounds}):
            {job}
    except BaseException as failure:
        failures.append(failure)
{before}
threads = [threading.Thread(target=work) for _ in range(6)]
for each in threads:
    each.start()
for each in threads:
    each.join()
assert not failures, failures
"""
OWN_LINK = """
            with resock.sync.connect("echo:") as link:
                receipt = link.send("x")
                assert link.recv(20) == "x"
                assert receipt.wait(20) == 3
"""
ONE_LINK = """
            link.send("x").wait(20)
            link.flush(timeout=20)
"""


@pytest.mark.parametrize(
    ("job", "before", "rounds"),
    [(OWN_LINK, "", 40), (ONE_LINK, 'link = resock.sync.connect("echo:", events_messages=100000)', 100)],
    ids=["a link for each time", "one link for all"],
)
def test_threads_that_wait(job, before, rounds):
    run(PROGRAM.format(job=job.strip(), before=before, rounds=rounds))
