"""Where the C library stands that this package carries."""

from __future__ import annotations

import os

from resock import _core

# Not that of this file: in an editable installation the Python sources stand somewhere else.
_FOLDER = os.path.dirname(os.path.abspath(_core.__file__))
_SONAME = "libresock.so.0"


def library_path() -> str:
    """The path of the shared library ``libresock.so.0``.

    It is the one that this package itself has loaded, so ``ctypes.CDLL(resock.library_path())`` or
    dlopen() from other code of the same process share its state.
    """
    return _existing(os.path.join(_FOLDER, _SONAME))


def include_path() -> str:
    """The folder to give a compiler (``-I``) for ``#include <resock/resock.h>``."""
    return _existing(os.path.join(_FOLDER, "include"))


def _existing(path: str) -> str:
    if not os.path.exists(path):
        raise FileNotFoundError(
            f"{path} is missing: this installation of resock is not complete; install it again"
        )
    return path
