"""The client that is a page in headless Chromium: see ../README.md.

    python drive.py URL [--ca FILE] [--clients N] [--screenshot FILE]

With N clients there are N pages in the one browser; their lines say which `client` they are.
RESOCK_TEST_CHROMIUM names the browser.
"""

import argparse
import base64
import json
import os
import subprocess
import sys
import tempfile
import urllib.parse
from pathlib import Path

from devtools import Chromium

PAGE = Path(__file__).with_name("page.html").resolve().as_uri()


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("url")
    parser.add_argument("--ca", help="certificate authority in PEM")
    parser.add_argument("--clients", type=int, default=1)
    parser.add_argument("--screenshot", metavar="FILE", help="PNG of the first page at the end")
    return parser.parse_args()


def key_digest(certificate):
    """Base64 of the SHA-256 of a certificate's public key (RFC 7469 §2.4)."""
    key = subprocess.run(["openssl", "x509", "-in", certificate, "-noout", "-pubkey"],
                         check=True, capture_output=True).stdout
    der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "DER"], input=key,
                         check=True, capture_output=True).stdout
    digest = subprocess.run(["openssl", "dgst", "-sha256", "-binary"], input=der,
                            check=True, capture_output=True).stdout
    return base64.b64encode(digest).decode()


def follow(browser, sessions):
    """Prints the lines of all pages until each has said its last; true without an error."""
    running, good = set(sessions), True
    while running:
        event = browser.next_event()
        session = event.get("sessionId")
        if event.get("method") == "Runtime.exceptionThrown":
            line = {"check": "error", "what": json.dumps(event["params"]["exceptionDetails"])}
        elif event.get("method") == "Runtime.consoleAPICalled":
            line = json.loads(event["params"]["args"][0]["value"])
        else:
            continue
        print(json.dumps({**line, "client": sessions.index(session)}), flush=True)
        if line["check"] in ("error", "server_close"):
            running.discard(session)
            good = good and line["check"] != "error"
    return good


def main(arguments):
    flags = []
    if arguments.ca:
        # Stands in for the authority in the system's store: any other one is still refused.
        flags.append(f"--ignore-certificate-errors-spki-list={key_digest(arguments.ca)}")
    page = f"{PAGE}?{urllib.parse.urlencode({'url': arguments.url})}"
    # Its own helpers may still write there for a moment after it has ended.
    with tempfile.TemporaryDirectory(prefix="resock-chromium-",
                                     ignore_cleanup_errors=True) as profile:
        with Chromium(os.environ["RESOCK_TEST_CHROMIUM"], profile, flags) as browser:
            sessions = [browser.open_page(page) for _ in range(arguments.clients)]
            good = follow(browser, sessions)
            if arguments.screenshot:
                picture = browser.call("Page.captureScreenshot", sessions[0],
                                       captureBeyondViewport=True)
                Path(arguments.screenshot).write_bytes(base64.b64decode(picture["data"]))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(parse_arguments()))
