"""The pictures of the documentation: `draw.py [FOLDER]` writes them, beside itself without FOLDER.

Plain SVG without script, font or link of its own. Each has its own background, light or dark as the
reader's system is, so that it can be read on any page.
"""

import sys
from pathlib import Path

from picture import Picture
from sessions import resume, takeover


def states():
    """core/link/machine.hpp: what each state waits for, and what follows."""
    made = Picture(1040, 640, "The states of a link")
    for name, x, y, lines, kind in [
            ("idle", 20, 40, ["just made"], "box"),
            ("asking", 300, 40, ["for credentials"], "box"),
            ("connecting", 300, 190, ["DNS, TCP, TLS, HTTP"], "box"),
            ("open", 300, 340, ["messages flow"], "good"),
            ("closing", 300, 490, ["our Close frame is sent"], "box"),
            ("finished", 620, 490, ["CLOSED"], "end"),
            ("DOWN", 620, 265, ["the verdict says"], "judge"),
            ("waiting", 870, 40, ["the delay of the record"], "box"),
            ("stopped", 870, 265, ["for reconnect.hold"], "box")]:
        made.box(x, y, 150, 56, [name, *lines], kind)
    made.arrow("M170,68 H300")
    made.text(176, 60, "credentials.when", "note")
    made.text(176, 84, "= always", "note")
    made.arrow("M95,96 V218 H300")
    made.text(104, 210, "else", "note")
    made.arrow("M345,96 V190")
    made.text(262, 140, "credentials", "note")
    made.text(262, 156, "given", "note")
    made.arrow("M450,55 H870")
    made.text(580, 48, "no answer within credentials.timeout", "note")
    made.arrow("M870,85 H510 V205 H450")
    made.text(580, 79, "delay over, or retry_now", "note")
    made.arrow("M375,246 V340")
    made.text(384, 300, "101: OPEN", "note")
    made.arrow("M375,396 V490")
    made.text(384, 436, "the application closes,", "note")
    made.text(384, 452, "and nothing is kept any more", "note")
    made.arrow("M450,518 H620")
    made.text(458, 510, "Close of the peer,", "note")
    made.text(458, 534, "end of the stream,", "note")
    made.text(458, 550, "or close.handshake", "note")
    made.arrow("M450,230 H550 V283 H620")
    made.text(456, 246, "attempt failed", "note")
    made.arrow("M450,368 H550 V303 H620")
    made.text(456, 384, "connection ended", "note")
    made.arrow("M650,265 V150 H420 V96")
    made.text(520, 144, "auth", "note")
    made.arrow("M720,265 V132 H910 V96")
    made.text(726, 150, "now, backoff,", "note")
    made.text(726, 166, "slow, spread", "note")
    made.arrow("M770,306 H870")
    made.text(778, 322, "stop, or", "note")
    made.text(778, 338, "limits reached", "note")
    made.arrow("M870,278 H825 V108 H510", tip=False)
    made.text(832, 206, "retry_now,", "note")
    made.text(832, 222, "new credentials", "note")
    made.arrow("M695,321 V490")
    made.text(703, 412, "likewise, with", "note")
    made.text(703, 428, "reconnect.hold = 0", "note")
    made.text(703, 444, "or an accepted link", "note")
    made.arrow("M945,321 V518 H770")
    made.text(953, 400, "the hold is", "note")
    made.text(953, 416, "over, or the", "note")
    made.text(953, 432, "application", "note")
    made.text(953, 448, "closes", "note")
    made.text(20, 592, "Also to finished, from idle, asking, connecting and waiting: the application "
              "closes and nothing is kept any more, at the latest after close.timeout.", "note")
    made.text(20, 614, "An attempt asks for credentials first where the last ones were refused, and "
              "always with credentials.when=always. CREDENTIALS: none to be had means stop.", "note")
    return made


def way():
    """From send to CONFIRMED, and from the socket to poll."""
    made = Picture(1040, 520, "The way of a message, out and in")
    made.lane(10, 10, 250, 500, "threads of the application")
    made.lane(270, 10, 490, 500, "I/O thread of the link")
    made.lane(770, 10, 260, 500, "kernel, line, peer")
    made.box(25, 45, 220, 74, ["send", "checks, reserves budget", "full: QUEUE_FULL at once"])
    made.box(25, 140, 220, 58, ["inbox of the link", "one copy, one wake for many"])
    made.box(285, 140, 220, 74, ["kept queue", "until CONFIRMED or FAILED", "queue.bytes, queue.messages"],
             "good")
    made.box(525, 140, 220, 74, ["output of the connection", "frames, masked afresh each time",
                                 "a ping behind them: the barrier"])
    made.box(785, 140, 230, 74, ["socket (TLS)", "one system call for all that", "is ready"])
    made.box(785, 260, 230, 58, ["endpoint of the peer", "reads, then answers the ping"])
    made.arrow("M135,119 V140")
    made.arrow("M245,169 H285")
    made.arrow("M505,177 H525")
    made.arrow("M745,177 H785")
    made.arrow("M900,214 V260")
    made.box(525, 260, 220, 58, ["pong", "its number says which ping"])
    made.arrow("M785,289 H745")
    made.arrow("M525,289 H395 V214")
    made.text(404, 281, "ends all before it", "note")
    made.arrow("M340,214 V289 H245", "back")
    made.box(25, 260, 220, 58, ["CONFIRMED", "the budget is free again"])
    made.arrow("M560,214 V238 H450 V214", "back")
    made.text(404, 252, "break: sent again, in order", "note")
    made.box(785, 380, 230, 58, ["socket (TLS)", "one read for all that is there"])
    made.box(525, 380, 220, 58, ["frames", "parsed where they lie"])
    made.box(285, 380, 220, 74, ["event queue of the link", "small: copied, large: handed over",
                                 "events.bytes, events.messages"], "good")
    made.box(25, 380, 220, 58, ["poll", "MESSAGE, in order"])
    made.arrow("M785,409 H745")
    made.arrow("M525,409 H505")
    made.arrow("M285,409 H245")
    made.arrow("M395,454 V482 H900 V438", "back")
    made.text(530, 476, "full: the socket is not read, TCP makes the peer wait", "note")
    return made


def layers():
    """Dependencies point down only; the line is checked by tests/tidy."""
    made = Picture(900, 554, "The layers of the sources")
    rows = [
        ("cli, resock.hpp", "the command line and C++, over the C header alone"),
        ("capi", "the C ABI: translation, no decision"),
        ("core/hub", "options, handles, event queues; hub, link, listener: what threads share"),
        ("core/net", "sockets, timers, TLS, HTTP, name lookup, SQLite: carries actions out"),
        None,
        ("core/link", "the machine of one link: events in, actions out, one deadline"),
        ("core/session", "resock.v1: its frames; what one end keeps and has received"),
        ("core/wire", "RFC 6455: opening, frames, masking, UTF-8, closing"),
        ("core/policy", "verdicts, backoff, heartbeat, records: values and pure functions"),
        ("core/base", "bytes, URLs, durations, errors"),
    ]
    y = 20
    for row in rows:
        if row is None:
            made.arrow(f"M20,{y + 14} H880", "back", tip=False)
            made.text(230, y + 9, "below this line: no socket, clock, randomness, thread, mutex or "
                      "file", "note")
            y += 30
            continue
        name, says = row
        made.box(20, y, 190, 42, [name], "good" if y > 240 else "box")
        made.text(230, y + 26, says)
        if row is not rows[-1]:
            made.arrow(f"M115,{y + 42} V{y + 53}" if rows[rows.index(row) + 1] else
                       f"M115,{y + 42} V{y + 83}")
        y += 54
    return made


def threads():
    """Which thread runs what, with io.threads=1 and with 0."""
    made = Picture(1000, 430, "Threads")
    made.lane(10, 10, 660, 410, "io.threads = 1 or more")
    made.box(30, 50, 230, 58, ["any thread", "send, close, set, stats …"])
    made.box(30, 150, 230, 58, ["one thread at a time", "resock_hub_poll"])
    made.box(30, 250, 230, 74, ["or the dispatcher", "a thread of the library that calls",
                                "back with every event"])
    made.box(420, 50, 230, 74, ["I/O thread", "reactor, machines of its links;",
                                "no code of the application"], "good")
    made.box(420, 150, 230, 58, ["I/O thread 2 …", "a link stays on its thread"], "good")
    made.box(420, 250, 230, 74, ["lookup threads", "at most 16 in the process;",
                                 "nobody waits for them to end"], "end")
    made.arrow("M260,79 H420")
    made.text(280, 71, "inbox, one wake", "note")
    made.arrow("M420,110 H340 V170 H260")
    made.text(348, 142, "event queues, one wake", "note")
    made.arrow("M340,170 V287 H260")
    made.arrow("M535,208 V250")
    made.text(545, 234, "host names", "note")
    made.text(30, 360, "poll and dispatcher exclude each other on one hub. resock_hub_fd joins the",
              "note")
    made.text(30, 378, "poll to epoll, asyncio or libuv: readable while there is something to poll.",
              "note")
    made.lane(690, 10, 300, 410, "io.threads = 0")
    made.box(710, 50, 260, 58, ["any thread", "send, close, set, stats …"])
    made.box(710, 170, 260, 92, ["one thread at a time", "poll, flush, a waiting send:",
                                 "reactor and machines run here,", "and only now"], "good")
    made.arrow("M840,108 V170")
    made.text(850, 144, "inbox", "note")
    made.text(710, 300, "The lowest latency. Heartbeats and", "note")
    made.text(710, 318, "reconnecting rest while nobody calls.", "note")
    return made


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    for draw in [states, way, layers, threads, resume, takeover]:
        (folder / f"{draw.__name__}.svg").write_text(str(draw()), encoding="utf-8")


if __name__ == "__main__":
    main()
