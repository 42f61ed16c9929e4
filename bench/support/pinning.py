"""Servers and clients each on a core of their own, where the machine has two."""

import os
import shutil

SERVER_CORE, CLIENT_CORE = 0, 1


def can_pin():
    """Are there two cores to keep server and clients apart, and the tool to do it?"""
    return {SERVER_CORE, CLIENT_CORE} <= os.sched_getaffinity(0) and bool(shutil.which("taskset"))


def on_core(core, words, nice=0):
    """The command that runs `words` there, with the process id that it is started with; with
    None the kernel chooses the core."""
    pinned = ["taskset", "-c", str(core)] if core is not None and can_pin() else []
    return [*pinned, *(["nice", "-n", str(nice)] if nice else []), *map(str, words)]
