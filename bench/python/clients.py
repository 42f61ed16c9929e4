"""Who is measured: the package and its opponents, each a program of bench/link/peers/python."""

from paths import PACKAGE, PEERS, ROOT  # noqa: I001: makes the others importable
from contenders import Contender, steps

INTERPRETER = str(ROOT / "build/venv/bin/python")
OTHERS = str(ROOT / "build/bench/python")
ASYNCIO = ("--loop", "asyncio")

OURS, MANY, SYNC, SYNC_MANY = ("resock", "resock, many at a time", "resock.sync",
                               "resock.sync, many at a time")
WEBSOCKETS, WEBSOCKETS_SYNC, PICOWS = "websockets", "websockets.sync", "picows"


def in_asyncio(name):
    """The same in the loop of the standard library; without that, in uvloop."""
    return f"{name}, asyncio's loop"


def client(name, program, *options, of=("throughput", "pingpong", "idle"), is_ours=False):
    package = str(PACKAGE) if is_ours else OTHERS
    return Contender(name, (INTERPRETER, str(PEERS / f"{program}.py")), options, steps(*of),
                     {"PYTHONPATH": package}, is_ours)


def everybody():
    speed, both = ("throughput",), ("throughput", "pingpong")
    many = ("--calls", "many")
    return [
        client(OURS, "bench_resock", of=(*both, "idle", "loss"), is_ours=True),
        client(MANY, "bench_resock", *many, of=speed, is_ours=True),
        client(SYNC, "bench_resock_sync", of=both, is_ours=True),
        client(SYNC_MANY, "bench_resock_sync", *many, of=speed, is_ours=True),
        client(in_asyncio(OURS), "bench_resock", *ASYNCIO, of=both, is_ours=True),
        client(in_asyncio(MANY), "bench_resock", *many, *ASYNCIO, of=speed, is_ours=True),
        client(WEBSOCKETS, "bench_websockets"),
        client(WEBSOCKETS_SYNC, "bench_websockets_sync", of=both),
        client(in_asyncio(WEBSOCKETS), "bench_websockets", *ASYNCIO, of=both),
        client(PICOWS, "bench_picows"),
        client(in_asyncio(PICOWS), "bench_picows", *ASYNCIO, of=both),
    ]


# {what is imported: (statement, whose packages)}.
IMPORTS = {
    "import resock": ("import resock", PACKAGE),
    "import resock; resock.connect": ("import resock; resock.connect", PACKAGE),
    "import resock.sync": ("import resock.sync", PACKAGE),
    "import asyncio": ("import asyncio", PACKAGE),
    "import websockets; websockets.connect": ("import websockets; websockets.connect", OTHERS),
    "import picows": ("import picows", OTHERS),
}


def imports():
    """Programs that print how long an import took in a fresh interpreter."""
    program = str(ROOT / "bench/python/time_import.py")
    return [Contender(name, (INTERPRETER, program, statement), (), steps("import"),
                      {"PYTHONPATH": str(package)}, package == PACKAGE)
            for name, (statement, package) in IMPORTS.items()]
