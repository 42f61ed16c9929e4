"""Where root certificates are looked for: as the library does, else certifi's."""

from __future__ import annotations

import re
import sys
import types

import pytest
from loaded import ROOT

from resock import _options, _roots

BUNDLE = "etc/ssl/certs/ca-certificates.crt"


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)


def put(folder, name, text="x"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_places_are_those_of_the_library():
    source = (ROOT / "core/net/roots.cpp").read_text(encoding="utf-8")
    bundles, folders = re.findall(r"constexpr const char\* \w+\[\] = {(.*?)};", source, re.DOTALL)
    assert tuple(re.findall(r'"(/[^"]+)"', bundles)) == _roots._BUNDLES
    assert tuple(re.findall(r'"(/[^"]+)"', folders)) == _roots._FOLDERS
    assert re.findall(r"max_entries = (\d+);", source) == [str(_roots._MOST_ENTRIES)]


def test_a_bare_system_has_none(tmp_path):
    assert not _roots.system_has_roots(str(tmp_path))


@pytest.mark.parametrize("place", _roots._BUNDLES)
def test_a_bundle(tmp_path, place):
    put(tmp_path, place[1:])
    assert _roots.system_has_roots(str(tmp_path))


def test_an_empty_bundle_is_none(tmp_path):
    put(tmp_path, BUNDLE, "")
    assert not _roots.system_has_roots(str(tmp_path))


@pytest.mark.parametrize("place", _roots._FOLDERS)
def test_a_folder_with_hashed_names(tmp_path, place):
    put(tmp_path, place[1:] + "/README")
    assert not _roots.system_has_roots(str(tmp_path))
    put(tmp_path, place[1:] + "/5ad8a5d6.0")
    assert _roots.system_has_roots(str(tmp_path))


def test_the_file_of_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "a.pem"))
    assert not _roots.system_has_roots(str(tmp_path))
    put(tmp_path, "a.pem")
    assert _roots.system_has_roots(str(tmp_path))


def test_the_folders_of_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("SSL_CERT_DIR", f"{tmp_path}/none::{tmp_path}/b")
    assert not _roots.system_has_roots(str(tmp_path))
    put(tmp_path, "b/5AD8A5D6.12")
    assert _roots.system_has_roots(str(tmp_path))


def fake_certifi(monkeypatch, module):
    monkeypatch.setitem(sys.modules, "certifi", module)


def test_certifi_stands_in(monkeypatch):
    module = types.SimpleNamespace(where=lambda: "/cacert.pem")
    fake_certifi(monkeypatch, module)
    assert _options.default_ca_file(lambda: False) == "/cacert.pem"
    assert _options.default_ca_file(lambda: True) is None


def test_without_certifi_the_library_says_what_is_missing(monkeypatch):
    fake_certifi(monkeypatch, None)
    assert _options.default_ca_file(lambda: False) is None


def test_this_system(monkeypatch):
    expected = None if _roots.system_has_roots() else "/cacert.pem"
    fake_certifi(monkeypatch, types.SimpleNamespace(where=lambda: "/cacert.pem"))
    assert _options.default_ca_file() == expected
