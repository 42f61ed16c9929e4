"""Writes the enumerations of resock.h as Java: public ones for what people see, and the class
Constants for what only the binding needs.

    python3 generate_enums.py HEADER FOLDER
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from enumerations import read  # noqa: E402

# {name in C: (name in Java, prefix of its values)}
PUBLIC = {
    "status": ("Status", "RESOCK_"),
    "level": ("Level", "RESOCK_LEVEL_"),
    "reason": ("Reason", "RESOCK_REASON_"),
    "lost_reason": ("LostReason", "RESOCK_LOST_"),
    "state": ("State", "RESOCK_STATE_"),
    "layer": ("Layer", "RESOCK_LAYER_"),
    "culprit": ("Culprit", "RESOCK_CULPRIT_"),
    "cause": ("Cause", "RESOCK_CAUSE_"),
    "verdict": ("Verdict", "RESOCK_VERDICT_"),
}
INTERNAL = ("scope", "kind", "send_flag", "message_flag", "drain_flag", "stat", "log_level")


def public_enumeration(name, prefix, text, values):
    constants = "\n".join(f"    /** {comment} */\n    {value.removeprefix(prefix)}({number}),"
                          for value, number, comment in values)
    return f"""package org.resock;

/** {text} */
public enum {name} {{
{constants}
    /** One that this version of the binding does not know. */
    UNKNOWN(Integer.MIN_VALUE);

    private static final {name}[] ALL = values();
    final int number;

    {name}(int number) {{
        this.number = number;
    }}

    static {name} of(int number) {{
        for ({name} each : ALL) {{
            if (each.number == number) return each;
        }}
        return UNKNOWN;
    }}

    /** As the command line and the options spell it: in small letters. */
    String optionText() {{
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }}
}}
"""


def constants(found):
    lines = [f"    /** {comment} */\n    static final int {value.removeprefix('RESOCK_')} = {number};"
             for name in INTERNAL for value, number, comment in found[name][1]]
    body = "\n".join(lines)
    return f"""package org.resock;

/** Numbers of the C interface. */
final class Constants {{
    /** A number that is not known or does not apply. */
    static final long UNKNOWN = -1;
    /** A time-out that never ends, milliseconds. */
    static final long FOREVER = 0xFFFFFFFFL;
{body}

    private Constants() {{}}
}}
"""


def main(header, folder):
    folder = Path(folder) / "org/resock"
    folder.mkdir(parents=True, exist_ok=True)
    found = read(Path(header).read_text(encoding="utf-8"))
    for c_name, (name, prefix) in PUBLIC.items():
        text = public_enumeration(name, prefix, *found[c_name])
        (folder / f"{name}.java").write_text(text, encoding="utf-8")
    (folder / "Constants.java").write_text(constants(found), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
