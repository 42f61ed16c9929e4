"""Whom to trust where the system has no root certificates: certifi's, when it is installed."""

from __future__ import annotations

import os
import re
from typing import Callable, Iterator, Optional

__all__ = ["default_ca_file", "system_has_roots"]

# The search of core/net/roots.cpp: the library does it again when it connects.
_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/etc/ssl/ca-bundle.pem",
)
_FOLDERS = ("/etc/ssl/certs", "/etc/pki/tls/certs")
_MOST_ENTRIES = 10_000
_HASH_NAME = r"[0-9a-fA-F]{8}\.[0-9]+"


def _is_bundle(path: str) -> bool:
    try:
        usable = os.path.isfile(path) and os.path.getsize(path) > 0
    except OSError:
        return False
    return usable and os.access(path, os.R_OK)


def _has_certificates(path: str) -> bool:
    try:
        with os.scandir(path) as entries:
            return any(
                re.fullmatch(_HASH_NAME, entry.name)
                for _, entry in zip(range(_MOST_ENTRIES), entries)
            )
    except OSError:
        return False


def _places(prefix: str) -> Iterator[bool]:
    yield _is_bundle(os.environ.get("SSL_CERT_FILE", ""))
    for folder in os.environ.get("SSL_CERT_DIR", "").split(":"):
        yield bool(folder) and _has_certificates(folder)
    for bundle in _BUNDLES:
        yield _is_bundle(prefix + bundle)
    for folder in _FOLDERS:
        yield _has_certificates(prefix + folder)


def system_has_roots(prefix: str = "") -> bool:
    """Whether the library will find root certificates by itself.

    SSL_CERT_FILE and SSL_CERT_DIR count, then the places of the distributions below `prefix`.
    """
    return any(_places(prefix))


def _of_certifi() -> Optional[str]:
    try:
        from certifi import where  # only where it is needed
    except ImportError:
        return None
    return where()


def default_ca_file(
    has_roots: Callable[[], bool] = system_has_roots,
) -> Optional[str]:
    """The value of tls_ca_file where the caller gave none, or None: leave it to the library.

    That is certifi's file, when the system has no roots and certifi is installed. It costs a look
    at one file on usual systems; call it for wss:// only. Any thread may.
    """
    return None if has_roots() else _of_certifi()
