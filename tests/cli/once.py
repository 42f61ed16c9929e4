"""What the tests of --exactly-once have in common."""

import re
import signal

from case import FAST, start

LISTENING = re.compile(r"^listening on (\S+)$")
LOOPBACK = "ws://127.0.0.1:0"
ONCE = ["--exactly-once", *FAST]


def serve(*arguments, prints=False, listen=LOOPBACK, **streams):
    """Starts a server; it and the URL that it got."""
    process = start("serve", "--listen", listen, *arguments, **streams)
    line = process.line("stderr" if prints else "stdout")
    found = LISTENING.match(line)
    if not found:
        raise AssertionError(f"no address in {line!r}")
    return process, found.group(1)


def stop(process):
    process.send_signal(signal.SIGTERM)
    return process.status()
