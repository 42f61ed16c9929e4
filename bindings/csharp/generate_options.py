"""Writes the classes of the options from the table in the library: LinkOptions, ListenerOptions and
HubOptions with a property for each option, and an enumeration for each option that has a choice.

    python3 generate_options.py LIBRARY FOLDER
"""

import ctypes
import html
import json
import sys
from pathlib import Path
from textwrap import fill

from generate_enums import PUBLIC, pascal

SCOPES = {
    "link": "Settings of a <see cref=\"Link\"/>",
    "listener": "Settings of a <see cref=\"Listener\"/>, and of the links that it accepts",
    "hub": "Settings of a <see cref=\"Hub\"/>",
}
# The C# type of an option's value. What is not named is a string.
TYPES = {"duration": "TimeSpan?", "size": "long?", "count": "long?", "number": "double?",
         "bool": "bool?", "bytes": "byte[]"}
# Those that stand in resock.h, too.
IN_HEADER = {name for name, _ in PUBLIC.values()}


def table(library):
    text = ctypes.c_char_p()
    if ctypes.CDLL(library).resock_options_describe(None, ctypes.byref(text)) != 0:
        sys.exit(f"{library} does not describe its options")
    return json.loads(text.value)


def class_name(option):
    return "Verdict" if option["name"] == "verdict.*" else pascal(option["name"])


def constant(value):
    name = pascal(value)
    return name if name[0].isalpha() else "V" + value.replace(".", "_")


def comment(text, indent):
    lines = fill(f"<summary>{text}</summary>", 96 - len(indent), break_long_words=False,
                 break_on_hyphens=False).splitlines()
    return "\n".join(f"{indent}/// {line}" for line in lines)


def described(option):
    text = html.escape(option["meaning"], quote=False)
    limits = option["range"]
    if limits and option["type"] in TYPES:
        text += f" From {limits['min']} to {limits['max']}."
    if option["unlimited"]:
        text += {"duration": " Timeout.InfiniteTimeSpan: unlimited.",
                 "count": " Options.Unlimited: unlimited."}[option["type"]]
    if option["default"]:
        text += f" Default: {html.escape(option['default'], quote=False)}."
    text += " Link.Set changes it later." * option["changeable"]
    return comment(text, "    ")


def adder(option, parameters, name, value):
    return f"""{described(option)}
    public void {parameters}
    {{
        Add({name}, {value});
    }}
"""


def member(option):
    kind, full_name, name = option["type"], option["name"], pascal(option["name"])
    if full_name == "verdict.*":
        return adder(option, "SetVerdict(string what, Verdict verdict)",
                     '"verdict." + what', "OptionTexts.Of(verdict)")
    if kind == "header":
        return adder(option, f"Add{name}(string name, string value)", f'"{full_name}"',
                     'name + ": " + value')
    if option["repeatable"]:
        return adder(option, f"Add{name}(string value)", f'"{full_name}"', "value")
    value_type = f"{class_name(option)}?" if kind == "enum" else TYPES.get(kind, "string")
    return f"""{described(option)}
    public {value_type} {name}
    {{
        get {{ return ({value_type})Value("{full_name}"); }}
        set {{ Put("{full_name}", value, OptionTexts.Of(value)); }}
    }}
"""


def options_class(scope, options):
    name = f"{scope.capitalize()}Options"
    body = "\n".join(member(option) for option in options)
    about = comment(SCOPES[scope] + ". Name and bounds are checked when a value is set, combinations "
                    "when the options are used; null is the default. They are copied when they are "
                    "used and may be used again.", "")
    return f"""using System;

namespace Resock
{{
{about}
public sealed partial class {name} : Options
{{
    /// <summary>Makes options with the defaults.</summary>
    public {name}() : base(resock_scope.RESOCK_SCOPE_{scope.upper()})
    {{
    }}

{body}}}
}}
"""


def enumeration(option):
    about = comment(f"The values of the option {option['name']}. "
                    + html.escape(option["meaning"], quote=False), "")
    values = "\n".join(f"    /// <summary>{value}</summary>\n    {constant(value)},"
                       for value in option["allowed"])
    return f"{about}\npublic enum {class_name(option)}\n{{\n{values}\n}}\n"


def text_of(option):
    name = class_name(option)
    cases = "\n".join(f'        case {name}.{constant(value)}: return "{value}";'
                      for value in option["allowed"])
    return f"""    internal static string Of({name}? value)
    {{
        switch (value)
        {{
        case null: return null;
{cases}
        default: throw Unknown("{option['name']}", value);
        }}
    }}
"""


def main(library, folder):
    folder = Path(folder)
    rows = table(library)
    for scope in SCOPES:
        text = options_class(scope, [row for row in rows if scope in row["scope"]])
        (folder / f"{scope.capitalize()}Options.cs").write_text(text, encoding="utf-8")
    choices = [row for row in rows if row["type"] == "enum"]
    text = "\n".join([enumeration(row) for row in choices if class_name(row) not in IN_HEADER]
                     + ["internal static partial class OptionTexts\n{\n"
                        + "\n".join(map(text_of, choices)) + "}\n"])
    (folder / "OptionEnums.cs").write_text("namespace Resock\n{\n" + text + "}\n", "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
