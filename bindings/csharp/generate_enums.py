"""Writes the enumerations of resock.h that people see as C#.

    python3 generate_enums.py HEADER FOLDER

What only the binding needs stands in the internal enumerations that SWIG makes.
"""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from enumerations import read  # noqa: E402

# {name in C: (name in C#, prefix of its values)}
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
    "log_level": ("LogLevel", "RESOCK_LOG_"),
}
ABI = re.compile(r"#define RESOCK_ABI_VERSION (\d+)u")


def pascal(name):
    """NOT_YET_VALID and at-least-once: NotYetValid and AtLeastOnce."""
    return "".join(word.capitalize() for word in re.split("[_. -]", name) if word)


def enumeration(name, prefix, text, values):
    body = "\n".join(f"    /// <summary>{comment}</summary>\n"
                     f"    {pascal(value.removeprefix(prefix))} = {number},"
                     for value, number, comment in values)
    return f"""/// <summary>{text} Later releases may add values.</summary>
public enum {name}
{{
{body}
}}
"""


def main(header, folder):
    header = Path(header).read_text(encoding="utf-8")
    found = read(header)
    parts = [enumeration(name, prefix, *found[c_name])
             for c_name, (name, prefix) in PUBLIC.items()]
    parts.append(f"internal static class Abi\n{{\n"
                 f"    internal const uint Version = {ABI.search(header)[1]};\n}}\n")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    text = "namespace Resock\n{\n" + "\n".join(parts) + "}\n"
    (folder / "Enums.cs").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
