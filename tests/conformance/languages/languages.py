"""The drivers: how each is started, and what it needs."""

import os
import shutil
from pathlib import Path

from modules import ROOT

HERE = Path(__file__).parent


class Missing(Exception):
    """The language cannot run here."""


def built(path, by):
    if not Path(path).exists():
        raise Missing(f"{path} is not built: {by}")
    return path


def tool(name):
    found = shutil.which(name)
    if found is None:
        raise Missing(f"there is no {name}")
    return found


def python(build):
    interpreter = os.environ.get("RESOCK_TEST_PYTHON", ROOT / "build/venv/bin/python")
    built(interpreter, "./dev setup test")
    built(build / "python/resock", "the target resock_python")
    return [interpreter, HERE / "python/driver.py"]


def of_dlopen(name, *command):
    folder = Path(os.environ.get("RESOCK_TEST_DLOPEN", ROOT / "build/dlopen"))
    return [*command, built(folder / name, "./dev setup test")]


def java(build):
    classes = built(build / "tests/conformance_java", "the target conformance_driver_java")
    return [tool("java"), f"-Dresock.library={build / 'capi/libresock.so.0'}", "-cp",
            f"{classes}:{build / 'bindings/java/resources'}", "Driver"]


def csharp(build):
    folder = build / "bindings/csharp"
    return [tool("mono"), built(folder / "ConformanceDriver.exe",
                                "the target conformance_driver_csharp")]


# By name, in the order of the table; `build` is the build tree of CMake.
LANGUAGES = {
    "C": lambda build: [built(build / "tests/conformance_driver_c", "its target")],
    "C++": lambda build: [built(build / "tests/conformance_driver_cpp", "its target")],
    "Python": lambda build: python(build),
    "Java": java,
    "C#": csharp,
    "Go": lambda build: of_dlopen("go/conformance"),
    "Rust": lambda build: of_dlopen("rust/conformance"),
    "Node": lambda build: of_dlopen("node/tests/conformance/languages/node/driver.mjs",
                                    os.environ.get("RESOCK_TEST_NODE") or tool("node")),
}


def environment(build):
    return {**os.environ, "PYTHONPATH": str(build / "python"), "PYTHONDONTWRITEBYTECODE": "1",
            "RESOCK_LIBRARY": str(build / "capi/libresock.so.0")}


def command_of(name, build):
    """Raises Missing."""
    return LANGUAGES[name](build)


