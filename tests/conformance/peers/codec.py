"""Hex of a frame a line on standard input; a line of JSON for each on standard output: its fields,
and under `again` the hex of the frame encoded from them; or `refused`, the rule that it breaks."""

import json
import sys

from frames import ProtocolError, check_of, cost_of, decode, encode


def shown(value):
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {str(name): shown(inner) for name, inner in value.items()}
    return value


def answer(data):
    try:
        frame = decode(data)
    except ProtocolError as error:
        return {"refused": str(error).split(" ")[0]}
    fields = vars(frame)
    known = dict(fields, type_=frame.type)
    del known["type"]
    if "tlvs" in known:
        known["tlvs"] = {n: value for n, value in known["tlvs"].items() if n != "unknown"}
    return {**shown(fields), "cost": cost_of(data), "check": check_of(data),
            "again": encode(**known).hex()}


for line in sys.stdin:
    print(json.dumps(answer(bytes.fromhex(line.strip()))), flush=True)
