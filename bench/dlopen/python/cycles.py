"""cycles.py N: as ../c/cycles.c, through ctypes."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "examples/dlopen/python"))
import resock_dl as resock  # noqa: E402


def cycle(library):
    with library.hub() as hub, hub.open("echo:") as link:
        link.send("hello")
        while True:
            for event in hub.poll():
                if event.kind == resock.MESSAGE:
                    link.close()
                elif event.kind == resock.CLOSED:
                    return


def main(count):
    library = resock.Library()
    for _ in range(2):
        for _ in range(count):
            cycle(library)
        print("ready", flush=True)
        sys.stdin.readline()


if __name__ == "__main__":
    main(int(sys.argv[1]))
