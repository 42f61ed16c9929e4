"""Messages as scenarios write them: "text hello", "binary 00ff", "text-of 70000 x"."""


def payload_of(kind, words):
    if kind == "text":
        return words.encode()
    if kind == "binary":
        return bytes.fromhex(words)
    number, what = words.split(" ")
    if kind == "text-of":
        return what.encode() * int(number)
    assert kind == "binary-of", f"{kind}: text, binary, text-of or binary-of"
    return bytes.fromhex(what) * int(number)


def shown(data):
    return repr(data) if len(data) <= 64 else f"{len(data)} bytes"
