"""Both codecs of the peers against the vectors of docs/protocol.md §9, against what is out of
bounds, and against each other: `test_codecs.py`."""

import json
import random
import subprocess
import sys
import unittest

from programs import PEERS, environment, node, under_the_toolchain

if __name__ == "__main__":
    under_the_toolchain(__file__)

SID, SECRET = "11" * 16, "22" * 16
DIFFERENTIAL_FRAMES = 20000
SEED = 20240607


def tlvs(**values):
    return {name.lstrip("t"): value for name, value in values.items()}


# hex; the fields; how many bytes have to stand: what is behind them is payload or text of any
# length, or a tlv.
VECTORS = [
    ("13 01 68 69", {"type": "DATA", "flags": 3, "seq": 1, "payload": "6869", "cost": 36,
                     "check": 0xfb607509}, 2),
    ("17 ac 02 03 03 01 41 68 69", {"type": "DATA", "flags": 7, "seq": 300, "ext": tlvs(t3="41"),
                                    "payload": "6869"}, 7),
    ("36 01 80 80 04 01", {"type": "ACK", "flags": 6, "recv": 1, "window": 65536, "done": 1}, 6),
    ("20 02 00 62 79 65", {"type": "END", "flags": 0, "seq": 2, "code": 0, "text": "bye"}, 3),
    ("a0 03", {"type": "VOID", "flags": 0, "seq": 3}, 2),
    (f"50 01 {SID} {SECRET} 01 02 01 00 80 80 04 07 04 fb 60 75 09",
     {"type": "HELLO", "version": 1, "sid": SID, "secret": SECRET, "born": 1, "epoch": 2,
      "recv": 1, "acked": 0, "window": 65536, "tlvs": tlvs(t7=0xfb607509)}, 41),
    ("61 01 00 80 80 04 80 80 01 80 80 80 08 a0 9c 01 78 00",
     {"type": "WELCOME", "flags": 1, "born": 1, "recv": 0, "window": 65536, "max_frame": 16384,
      "max_message": 16 << 20, "heartbeat_ms": 20000, "ttl_s": 120, "ack_level": 0,
      "tlvs": {}}, 18),
    ("72 05 02 00 65 6e 64 65 64", {"type": "REJECT", "flags": 2, "reason": 5, "recv": 2,
                                    "retry_ms": 0, "text": "ended"}, 4),
]
HELLO = f"50 01 {SID} {SECRET} 00 01 00 00 80 80 04"
WELCOME = "60 01 00 80 80 04 80 80 01 80 80 80 08 a0 9c 01 78 00"

# hex and the rule that it breaks.
BROKEN = [
    ("", "R2"), ("03", "R2"), ("b0 01", "R2"), ("f0", "R2"),  # empty; no such type
    ("10 00 68", "R2"), ("20 00 00", "R2"), ("a0 00", "R2"),  # seq 0
    ("a0 03 00", "R2"), ("30 01 80 80 04 00", "R2"), ("91 64 00", "R2"),  # bytes behind
    ("a0 83 00", "R3"), ("a0 80", "R2"), ("a0 " + "80 " * 8 + "01", "R3"),  # varints
    ("a0 ff ff ff ff ff ff ff 1f", "R3"),  # 2^53 and above
    ("20 01 80 80 80 80 10", "R10"), ("30 01 80 80 80 80 10", "R10"),  # 2^32: code, window
    ("20 01 00 " + "61 " * 1025, "R10"), ("70 05 00 " + "61 " * 1025, "R10"),  # long texts
    (HELLO + "05 02 ff 7f", "R10"), (HELLO + "05 04 81 80 80 08", "R10"),  # max_frame
    (HELLO + "09 02 e7 07", "R10"), (HELLO + "09 03 c1 cf 24", "R10"),  # heartbeat_ms
    (HELLO + "0d 01 04", "R10"), (HELLO + "0b 05 80 80 80 80 10", "R10"),  # ack_level, max_message
    (HELLO + "07 03 fb 60 75", "R17"), (HELLO + "07 05 fb 60 75 09 00", "R17"),
    (HELLO + "03 01 78 03 01 78", "R4"), (HELLO + "03 02 78 00", "R2"), (HELLO + "03 02 78", "R2"),
    (HELLO + "43 80 80 04 " + "00 " * 65536, "R10"),  # longer than 65536
    (WELCOME + "02 00", "R4"), (WELCOME + "01 01 ff", "R10"), (WELCOME + "01", "R2"),
    (WELCOME.replace("60 01", "60 00", 1), "R14"), (WELCOME[:-2] + "04", "R10"),
    ("14 01 02 02 00 68", "R4"), ("14 01 05 01 01 05", "R2"),  # in EXT
    ("80 64 05 04", "R10"), ("80 64 04 05 ff", "R10"),  # retry_min_ms above retry_max_ms; url
]

# hex, and what has to come out of it.
ACCEPTED = [
    ("1f 01 00", {"type": "DATA", "flags": 15, "seq": 1, "ext": {}, "payload": ""}),
    ("af 01", {"type": "VOID", "flags": 0}),  # unlisted flags are ignored
    ("a0 ff ff ff ff ff ff ff 0f", {"seq": 2**53 - 1}),
    ("80 ff ff ff 7f 00 ff ff ff 7f", {"grace_ms": 600000, "retry_max_ms": 600000, "url": ""}),
    ("91 ff ff ff 7f", {"deadline_ms": 600000}), ("90", {"type": "AUTH", "token": ""}),
    ("20 01 00 ff", {"text": "\ufffd"}), ("40", {"type": "NOTE", "payload": ""}),
    (HELLO + "0f 00 41 01 78", {"tlvs": {}}), (HELLO + "04 00", {"tlvs": {"unknown": 4}}),
    (HELLO + "05 03 80 80 01 0d 01 03 0b 05 ff ff ff ff 0f", {
        "tlvs": tlvs(t5=16384, t13=3, t11=2**32 - 1)}),
    (WELCOME + "03 01 79 01 00", {"tlvs": tlvs(t3=121, t1="")}),
]


def answers(command, frames):
    """What a codec says of each, by one process."""
    lines = "".join(f"{frame.replace(' ', '')}\n" for frame in frames)
    output = subprocess.run(command, input=lines, env=environment(), check=True,
                            capture_output=True, text=True).stdout
    return [json.loads(line) for line in output.splitlines()]


def mutated(frame, dice):
    """A frame after one or two small changes."""
    data = bytearray.fromhex(frame)
    for _ in range(dice.randint(1, 2)):
        at = dice.randrange(len(data)) if data else 0
        change = dice.randrange(4)
        if change == 0 and data:
            data[at] = dice.choice([0, 1, 2, 0x7f, 0x80, 0xff, dice.randrange(256)])
        elif change == 1 and data:
            del data[at]
        elif change == 2:
            data.insert(at, dice.choice([0, 1, 0x80, 0xff, dice.randrange(256)]))
        else:
            del data[at:]
    return data.hex()


class Codec:
    """The tests of one of them; the classes below say which."""

    def test_vectors(self):
        said = answers(self.command, [frame for frame, _, _ in VECTORS])
        self.assertEqual(len(said), len(VECTORS))
        for (frame, fields, _), answer in zip(VECTORS, said):
            self.assertEqual({name: answer.get(name) for name in fields}, fields)
            self.assertEqual(answer["again"], frame.replace(" ", ""))

    def test_truncated_at_each_byte(self):
        for frame, _, least in VECTORS:
            data = bytes.fromhex(frame)
            cuts = [data[:length].hex() for length in range(1, len(data))]
            for cut, answer in zip(cuts, answers(self.command, cuts)):
                # Behind `least` it is a shorter frame, and nothing is made up.
                if len(cut) // 2 < least:
                    self.assertIn(answer.get("refused"), ("R2", "R3"), cut)
                elif "refused" in answer:
                    self.assertEqual(data[0] >> 4, 5, cut)  # inside the tlv of HELLO
                else:
                    self.assertEqual(answer["again"], cut)

    def test_broken(self):
        said = answers(self.command, [frame for frame, _ in BROKEN])
        self.assertEqual([answer.get("refused") for answer in said], [rule for _, rule in BROKEN])

    def test_accepted(self):
        for (frame, fields), answer in zip(ACCEPTED, answers(self.command,
                                                             [frame for frame, _ in ACCEPTED])):
            self.assertEqual({name: answer.get(name) for name in fields}, fields, frame)


class JavaScript(Codec, unittest.TestCase):
    command = node("codec.js")


class Python(Codec, unittest.TestCase):
    command = [sys.executable, str(PEERS / "codec.py")]


class Both(unittest.TestCase):
    def test_they_agree(self):
        dice = random.Random(SEED)
        known = [frame for frame, *_ in VECTORS + ACCEPTED] + [
            frame for frame, _ in BROKEN if len(frame) < 500]
        frames = [mutated(dice.choice(known), dice) for _ in range(DIFFERENTIAL_FRAMES)]
        said = [answers(codec.command, frames) for codec in (JavaScript, Python)]
        refused = 0
        for frame, javascript, python in zip(frames, *said):
            self.assertEqual(javascript, python, f"{frame}, seed {SEED}")
            refused += "refused" in python
        # The mutations reach both sides of the bounds.
        self.assertGreater(refused, DIFFERENTIAL_FRAMES // 10)
        self.assertLess(refused, DIFFERENTIAL_FRAMES * 9 // 10)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]])
