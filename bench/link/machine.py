"""What the figures were measured on."""

import os
import platform
import re
from pathlib import Path

from contenders import first_line_of
from paths import ROOT
from pinning import can_pin


def cpu_model():
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.machine()
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return found.group(1) if found else platform.machine()


def memory_gib():
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)


def compiler():
    """That of the release preset, with its flags."""
    cache = ROOT / "build/release/CMakeCache.txt"
    text = cache.read_text(encoding="utf-8") if cache.exists() else ""

    def value(name):
        found = re.search(rf"^{name}:\w+=(.*)$", text, re.MULTILINE)
        return found.group(1).strip() if found else ""

    flags = " ".join(filter(None, [value("CMAKE_CXX_FLAGS"), value("CMAKE_CXX_FLAGS_RELEASE")]))
    return f"{first_line_of(value('CMAKE_CXX_COMPILER') or 'c++', '--version')}, flags {flags}"


def system():
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return platform.system()


def describe():
    return {
        "cpu": cpu_model(), "cores": len(os.sched_getaffinity(0)), "memory_gib": memory_gib(),
        "system": system(), "kernel": platform.release(), "compiler": compiler(),
        "pinned": can_pin(), "load_before": [round(load, 2) for load in os.getloadavg()],
    }
