"""Who is measured, with what it needs, its version, and why it does not take part."""

import json
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from paths import ROOT

PEERS = ROOT / "bench/link/peers"
BUILT = ROOT / "build/bench"
STEPS = ("throughput", "unpinned", "pingpong", "idle", "recover", "loss", "queue")

DRIVEN, THREADED = "resock, driven", "resock, another thread"
BEAST, BEAST_TUNED, BEAST_SYNC = "Beast, plain", "Beast, tuned", "Beast, blocking calls"


@dataclass(frozen=True, eq=False)
class Contender:
    """A client program; `words` run it, `options` follow the job."""
    name: str
    words: tuple
    options: tuple = ()
    steps: frozenset = frozenset(STEPS)
    env: dict = field(default_factory=dict)
    is_ours: bool = False
    compiles_late: bool = False  # while it runs: slow at first

    def warm_up(self, messages):
        """Messages before `messages` are measured."""
        return 2 * messages if self.compiles_late else messages // 4

    def command(self, job, *arguments):
        return [*self.words, job, *map(str, arguments), *self.options]

    def absent(self):
        """A sentence saying what is missing; empty where it can run."""
        if not shutil.which(str(self.words[0])):
            return f"{self.words[0]} is not there"
        absent = [str(word) for word in self.words[1:] if "/" in str(word)
                  and not any(Path(part.rstrip("*")).exists() for part in str(word).split(":"))]
        absent += [place for place in self.env.values() if not Path(place).exists()]
        return f"{absent[0]} is not there" if absent else ""


def steps(*names):
    return frozenset(names)


def of_this_project(bin_folder, with_packed):
    """Ours, and Beast's, which the others are compared with; `with_packed`: also with the calls
    for languages in which each call costs."""
    ours, beast = (str(bin_folder / name) for name in ("bench_resock", "bench_beast"))
    throughput = steps("throughput", "unpinned")
    common = throughput | steps("pingpong", "idle")
    packed = [
        Contender(f"{name}, packed calls", (ours,), ("--io", io, "--calls", "packed"), throughput,
                  is_ours=True)
        for name, io in ((DRIVEN, "driven"), (THREADED, "threaded"))]
    return [
        Contender(DRIVEN, (ours,), ("--io", "driven"), is_ours=True),
        Contender(THREADED, (ours,), ("--io", "threaded"), is_ours=True),
        *(packed if with_packed else []),
        Contender(BEAST, (beast,), (), common | steps("recover", "loss")),
        Contender(BEAST_TUNED, (beast,), ("--tuned",), common),
        Contender(BEAST_SYNC, (beast,), ("--sync",), steps("pingpong")),
    ]


def of_others():
    some = steps("throughput", "unpinned", "pingpong", "idle", "loss")
    python, java = {"PYTHONPATH": str(BUILT / "python")}, BUILT / "java"
    interpreter = str(ROOT / "build/venv/bin/python")
    return [
        Contender("gorilla/websocket (Go)", (str(BUILT / "go/client"),), (), some),
        Contender("nv-websocket-client (Java)",
                  ("java", "-cp", f"{java}/classes:{java}/jars/*", "Bench"), (), some,
                   compiles_late=True),
        Contender("picows (Python)", (interpreter, str(PEERS / "python/bench_picows.py")), (),
                  some, python),
        Contender("websockets (Python)", (interpreter, str(PEERS / "python/bench_websockets.py")),
                  (), some, python),
        Contender("ws (Node)", ("node", str(PEERS / "node/bench.js")), (), some,
                  {"NODE_PATH": str(BUILT / "node/node_modules")}, compiles_late=True),
    ]


def of_java():
    """Our Java binding, and the clients in Java that it is compared with."""
    peers, ours = BUILT / "java", BUILT / "resock-java"
    nv = next(each for each in of_others() if each.name.startswith("nv-"))
    jars = f"{ours}/classes:{ours}/resock.jar"

    def binding(name, which, *options):
        return Contender(f"resock (Java), {name}", ("java", "-cp", jars, "ResockBench"), options,
                         steps(*which), is_ours=True, compiles_late=True)

    throughput = ("throughput", "unpinned")
    direct = ("--threads", "0", "--executor", "0")
    return [
        binding("batches", (*throughput, "idle")),
        binding("a future for each", (*throughput, "pingpong"), "--calls", "future"),
        binding("a future for each, on the polling thread", (*throughput, "pingpong"), "--calls",
                "future", *direct),
        nv,
        Contender("Java-WebSocket (Java)",
                  ("java", "-cp", f"{peers}/classes:{peers}/jars/*", "JavaWebSocket"), (),
                  steps("throughput", "unpinned", "pingpong"), compiles_late=True),
    ]


def divide(contenders):
    """(those who can run, {name: why not})."""
    missing = {each.name: each.absent() for each in contenders if each.absent()}
    return [each for each in contenders if each.name not in missing], missing


def first_line_of(*words):
    """Of what a command prints; empty where there is none."""
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=20, check=False)
    except OSError:
        return ""
    return ((done.stdout or done.stderr).splitlines() or [""])[0].strip()


def found_in(path, pattern):
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    found = re.search(pattern, text, re.MULTILINE)
    return found.group(1) if found else "?"


def boost_version():
    for folder in (ROOT / "build/deps/boost_headers/include", Path("/usr/include")):
        if (folder / "boost/version.hpp").exists():
            return found_in(folder / "boost/version.hpp", r'BOOST_LIB_VERSION "(\S+)"')
    return "?"


def python_package(name):
    return found_in(PEERS / "python/requirements.txt", rf"^{name}==(\S+)")


def versions():
    """{what: version} of all who take part and of what they run on."""
    commit = first_line_of("git", "-C", str(ROOT), "describe", "--always", "--dirty")
    node = json.loads((PEERS / "node/package-lock.json").read_text(encoding="utf-8"))["packages"]
    ws, bufferutil = (node[f"node_modules/{name}"]["version"] for name in ("ws", "bufferutil"))
    gorilla = found_in(PEERS / "go/go.mod", r"gorilla/websocket v(\S+)")
    java = found_in(PEERS / "java/pom.xml", r"<artifactId>nv-.*\s+<version>([^<]+)<")
    return {
        "resock": f"{(ROOT / 'VERSION').read_text(encoding='utf-8').strip()} ({commit})",
        "Boost.Beast": f"of Boost {boost_version().replace('_', '.')}",
        "OpenSSL": first_line_of("openssl", "version"),
        "gorilla/websocket": f"{gorilla}, {first_line_of('go', 'version')}",
        "nv-websocket-client": f"{java}, {first_line_of('java', '-version')}",
        "picows": f"{python_package('picows')}, uvloop {python_package('uvloop')}",
        "websockets": f"{python_package('websockets')}, uvloop {python_package('uvloop')}",
        "ws": f"{ws}, bufferutil {bufferutil}, Node {first_line_of('node', '--version')}",
        "Python": first_line_of(str(ROOT / "build/venv/bin/python"), "--version"),
    }
