"""Sends "hello" and prints what comes back: `python3 first.py [URL [LIBRARY]]`, URL "echo:" if not
given, LIBRARY $RESOCK_LIBRARY or libresock.so.0. Python 3.9 or later, nothing else."""

import sys

import resock_dl as resock


def run(url, path):
    with resock.Library(path).hub() as hub, hub.open(url) as link:
        link.send("hello")  # kept until it is confirmed, sent again after a break
        while True:
            for event in hub.poll():
                if event.kind == resock.MESSAGE:
                    print("arrived:", event.text)
                    link.close()  # waits until everything is confirmed
                elif event.kind in (resock.DOWN, resock.LOG):  # connects again by itself
                    print(event.text, file=sys.stderr)
                elif event.kind == resock.CLOSED:
                    return


def main(url="echo:", path=None):
    try:
        run(url, path)
    except resock.Error as error:
        sys.exit(f"first: {error}")


if __name__ == "__main__":
    main(*sys.argv[1:3])
