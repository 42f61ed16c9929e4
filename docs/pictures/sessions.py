"""The pictures of docs/sessions.md."""

from picture import Picture


def ends(made, left, right, bottom):
    """Two ends of a session with their lines of life; gives the function that draws a frame from
    one to the other, arriving `fall` lower."""
    for x, name in [(left, "client"), (right, "server")]:
        made.box(x - 60, 20, 120, 34, [name])
        made.arrow(f"M{x},54 V{bottom}", tip=False)

    def frame(y, words, to_right=True, fall=16, cut=None):
        start, end = (left, right) if to_right else (right, left)
        if cut is not None:  # lost on the way
            end, fall = start + (end - start) * cut, round(fall * cut)
        made.arrow(f"M{start},{y} L{end:g},{y + fall}", "back" if cut is not None else "")
        if cut is not None:
            made.text(round(end), y + fall + 5, "✕", "title", "middle")
        at = (left + right) / 2
        made.text(at, y - 4, words, "small", "middle")

    return frame


def resume():
    """protocol.md, section 3: what a break loses is sent again, and told from what is new."""
    made = Picture(900, 520, "A session is resumed")
    frame = ends(made, 290, 610, 505)
    frame(84, "DATA 1 \u201ca\u201d")
    frame(112, "DATA 2 \u201cb\u201d")
    frame(140, "ACK: received 2", False, cut=0.5)
    frame(168, "DATA 3 \u201cc\u201d", cut=0.5)
    made.arrow("M230,198 H670", "back", tip=False)
    made.text(450, 193, "the connection breaks", "note", "middle")
    frame(236, "HELLO: session, epoch 2, I have 0 of yours")
    frame(276, "WELCOME: resumed, I have 2 of yours", False)
    frame(316, "DATA 3 \u201cc\u201d")
    frame(344, "DATA 4 \u201cd\u201d")
    frame(372, "ACK: received 4, processed 3", False)
    made.text(20, 92, "Each message has a number,", "note")
    made.text(20, 108, "and is kept until the other", "note")
    made.text(20, 124, "end has acknowledged it.", "note")
    made.text(20, 160, "1 and 2 have arrived; this", "note")
    made.text(20, 176, "end does not know it.", "note")
    made.text(20, 290, "1 and 2 are CONFIRMED,", "note")
    made.text(20, 306, "nothing of them is sent", "note")
    made.text(20, 322, "again.", "note")
    made.text(650, 116, "\u201ca\u201d and \u201cb\u201d are handed", "note")
    made.text(650, 132, "to the application.", "note")
    made.text(650, 240, "Is it this session, by its", "note")
    made.text(650, 256, "secret? Is the epoch higher", "note")
    made.text(650, 272, "than the last? Do the ends", "note")
    made.text(650, 288, "fit together?", "note")
    made.text(650, 344, "\u201cc\u201d is handed over, then", "note")
    made.text(650, 360, "\u201cd\u201d: once, and in order.", "note")
    made.box(230, 420, 440, 62, ["One round trip", "where the client knows the last limit, \u201cc\u201d "
                                 "leaves with HELLO"], "good")
    return made


def takeover():
    """protocol.md, R14: a connection that is still open at one end has nothing to say any more."""
    made = Picture(900, 470, "A newer connection takes the session over")
    left, right = 290, 610
    frame = ends(made, left, right, 455)
    made.text(450, 78, "connection 1, epoch 1", "note", "middle")
    frame(100, "DATA 5")
    frame(136, "DATA 6", cut=0.45)
    made.text(20, 140, "The way is gone, and nobody", "note")
    made.text(20, 156, "says so. No heartbeat is", "note")
    made.text(20, 172, "answered: the client gives", "note")
    made.text(20, 188, "the connection up.", "note")
    made.text(650, 140, "For the server connection 1", "note")
    made.text(650, 156, "is open.", "note")
    made.arrow("M230,206 H670", "back", tip=False)
    made.text(450, 201, "connection 2, epoch 2", "note", "middle")
    frame(240, "HELLO: session, epoch 2, I have 3 of yours")
    made.box(right - 100, 270, 260, 62, ["one atomic step", "connection 1: closed with 4409,",
                                         "nothing more of it is read"], "judge")
    frame(346, "WELCOME: resumed, I have 5 of yours", False)
    frame(386, "DATA 6")
    frame(420, "late: DATA 6 of connection 1", cut=0.8)
    made.text(650, 410, "6 is handed over once. What", "note")
    made.text(650, 426, "connection 1 still brings is", "note")
    made.text(650, 442, "ignored.", "note")
    made.text(20, 290, "Were connection 1 of another", "note")
    made.text(20, 306, "program, that would get", "note")
    made.text(20, 322, "4409 on its newest", "note")
    made.text(20, 338, "connection, and stop: two", "note")
    made.text(20, 354, "do not fight over one.", "note")
    return made
