"""A program that type checkers accept: what it shows as str is one."""

from __future__ import annotations

import resock


def flags() -> list[str]:
    return ["-I" + resock.include_path(), resock.library_path()]


print(resock.__version__, *flags())
