"""Writes the classes of the options from the table in the library: LinkOptions, ListenerOptions,
HubOptions with a method for each option, and an enumeration for each option that has a choice.

    python3 generate_options.py LIBRARY FOLDER
"""

import ctypes
import html
import json
import sys
from pathlib import Path
from textwrap import fill

SCOPES = {
    "link": "Settings of a {@link Link}",
    "listener": "Settings of a {@link Listener}, and of the links that it accepts",
    "hub": "Settings of a {@link Hub}",
}
# The Java type of an option's value, and its text. What is not named is a String.
TYPES = {
    "duration": ("java.time.Duration", "text({})"),
    "size": ("long", "Long.toString({})"),
    "count": ("long", "Long.toString({})"),
    "number": ("double", "Double.toString({})"),
    "bool": ("boolean", "Boolean.toString({})"),
}
UNITS = {"size": "bytes"}


def table(library):
    text = ctypes.c_char_p()
    if ctypes.CDLL(library).resock_options_describe(None, ctypes.byref(text)) != 0:
        sys.exit(f"{library} does not describe its options")
    return json.loads(text.value)


def words(name):
    return name.replace(".", " ").replace("_", " ").split()


def method_name(name):
    first, *rest = words(name)
    return first + "".join(word.capitalize() for word in rest)


def class_name(name):
    return "".join(word.capitalize() for word in words(name))


def constant(value):
    name = value.upper().replace("-", "_").replace(".", "_")
    return name if name[0].isalpha() else "V" + name


def comment(text, indent=""):
    lines = fill(text, 96 - len(indent), break_long_words=False, break_on_hyphens=False).splitlines()
    return "\n".join([f"{indent}/**", *(f"{indent} * {line}" for line in lines), f"{indent} */"])


def described(option, more=""):
    """The comment of an option's methods."""
    text = html.escape(option["meaning"], quote=False)
    limits = option["range"]
    if limits and option["type"] in TYPES:
        text += f" From {limits['min']} to {limits['max']}{', or unlimited' * option['unlimited']}."
    if option["default"]:
        text += f" Default: {html.escape(option['default'], quote=False)}."
    text += " {@link Link#set} changes it later." * option["changeable"]
    return comment(text + more, "    ")


def method(option, owner, name, parameters, call, more=""):
    return f"""{described(option, more)}
    public {owner} {name}({parameters}) {{
        {call};
        return this;
    }}
"""


def methods(option, owner):
    kind, full_name, name = option["type"], option["name"], method_name(option["name"])
    quoted = f'"{full_name}"'
    if full_name == "verdict.*":
        yield method(option, owner, "verdict", "String what, Verdict verdict",
                     'set("verdict." + required(what), verdict.optionText())')
    elif kind == "header":
        yield method(option, owner, name, "String name, String value",
                     f'set({quoted}, required(name) + ": " + required(value))')
    elif kind == "bytes":
        yield method(option, owner, name, "byte[] value", f"setBytes({quoted}, value)")
    elif kind == "enum":
        yield method(option, owner, name, f"{class_name(full_name)} value",
                     f"set({quoted}, value.text)")
    else:
        java_type, text = TYPES.get(kind, ("String", "{}"))
        value = UNITS.get(kind, "value")
        yield method(option, owner, name, f"{java_type} {value}",
                     f"set({quoted}, {text.format(value)})")
    if option["unlimited"]:
        yield method(option, owner, name + "Unlimited", "", f'set({quoted}, "unlimited")')


def options_class(scope, options):
    owner = f"{scope.capitalize()}Options"
    body = "\n".join(text for option in options for text in methods(option, owner))
    return f"""package org.resock;

{comment(SCOPES[scope] + ". Name and bounds are checked when a value is set, combinations when the "
         "options are used. They are copied then and may be used again.")}
public final class {owner} extends Options {{
    /** Makes options with the defaults. */
    public {owner}() {{
        super({scope.upper()});
    }}

    @Override public {owner} set(String name, String value) {{
        super.set(name, value);
        return this;
    }}

{body}}}
"""


def enumeration(option):
    name = class_name(option["name"])
    values = ",\n".join(f'    /** {value} */\n    {constant(value)}("{value}")'
                        for value in option["allowed"])
    return f"""package org.resock;

{comment("The values of the option " + option["name"] + ". "
         + html.escape(option["meaning"], quote=False))}
public enum {name} {{
{values};

    final String text;

    {name}(String text) {{
        this.text = text;
    }}
}}
"""


def main(library, folder):
    folder = Path(folder) / "org/resock"
    folder.mkdir(parents=True, exist_ok=True)
    rows = table(library)
    for scope in SCOPES:
        text = options_class(scope, [row for row in rows if scope in row["scope"]])
        (folder / f"{scope.capitalize()}Options.java").write_text(text, encoding="utf-8")
    for row in rows:
        if row["type"] == "enum" and row["name"] != "verdict.*":
            (folder / f"{class_name(row['name'])}.java").write_text(enumeration(row), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
