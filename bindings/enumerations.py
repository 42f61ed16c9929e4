"""Reads the enumerations of resock.h, for the generators of the languages beside it."""

import html
import re
import sys

ENUMERATION = re.compile(r"/\*\*(?P<text>(?:(?!\*/).)*)\*/\s*"
                         r"enum resock_(?P<name>\w+) \{(?P<body>.*?)\n\};", re.S)
VALUE = re.compile(r"(?P<name>RESOCK_\w+) = (?P<number>-?\d+),?\s*/\*\*<(?P<text>.*?)\*/", re.S)


def sentence(text):
    text = html.escape(" ".join(text.replace("*", " ").split()), quote=False)
    first = text[:1] if text.startswith("resock_") else text[:1].upper()
    return first + text[1:] + "." * (not text.endswith("."))


def read(header):
    """{name: (comment, [(name, number, comment)])}"""
    found = {}
    for each in ENUMERATION.finditer(header):
        values = [(value["name"], int(value["number"]), sentence(value["text"]))
                  for value in VALUE.finditer(each["body"])]
        if len(values) != each["body"].count(" = "):
            sys.exit(f"enum resock_{each['name']}: a value without a comment")
        found[each["name"]] = (sentence(each["text"]), values)
    return found
