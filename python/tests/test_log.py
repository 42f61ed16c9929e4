"""LOG events as records of the logger "resock"."""

from __future__ import annotations

import json
import logging
import sys

import pytest
from loaded import enumeration, free_options, run, set_all

from resock import _events, _log


class Kept(logging.Handler):
    """Keeps what it gets."""

    def __init__(self):
        super().__init__()
        self.records = []

    def emit(self, record):
        self.records.append(record)


@pytest.fixture
def kept():
    handler = Kept()
    level = _log.logger.level
    _log.logger.addHandler(handler)
    _log.logger.setLevel(logging.DEBUG)
    yield handler.records
    _log.logger.removeHandler(handler)
    _log.logger.setLevel(level)


def test_levels_are_those_of_the_header(kept):
    for name, number in enumeration("log_level").items():
        word = name[len("LOG_") :].lower()
        _log.emit(number, "so")
        _log.emit(word, "so")
        assert [each.levelname.lower() for each in kept[-2:]] == [word, word]


def test_a_record_tells_which_link_it_is_about(kept):
    _log.emit(2, "100 %s", link_id=5, url="ws://example.org")
    (record,) = kept
    assert record.name == "resock"
    assert record.getMessage() == "100 %s"
    assert (record.link_id, record.url, record.dropped) == (5, "ws://example.org", 0)


def test_lines_that_were_dropped_are_told(kept):
    _log.emit("info", "so", dropped=3)
    assert kept[0].getMessage() == "so (3 lines before this one were dropped)"
    assert kept[0].dropped == 3


def test_options_have_their_keywords(kept):
    _log.emit("warning", "set tls.ca_file")
    assert kept[0].getMessage() == "set tls_ca_file"


def test_a_level_of_a_later_library_is_a_warning(kept):
    _log.emit(9, "so")
    _log.emit("fatal", "so")
    assert [each.levelno for each in kept] == [logging.WARNING, logging.WARNING]


def test_a_real_log_event(kept):
    told = run([("url", "echo:")], hub_texts=[("log.level", "info")]).of("LOG")
    event = _events.from_json(json.dumps(told))
    _log.emit_event(event, "echo:")
    assert kept[0].levelname == "INFO"
    assert kept[0].getMessage() == told["text"]
    assert kept[0].link_id == told["link"] > 0


@pytest.mark.parametrize(
    ("level", "text"),
    [
        (logging.NOTSET + 1, "debug"),
        (logging.DEBUG, "debug"),
        (15, "info"),
        (logging.INFO, "info"),
        (logging.WARNING, "warning"),
        (logging.ERROR, "error"),
        (logging.CRITICAL, "error"),
        (1_000, "error"),
    ],
)
def test_the_level_of_the_hub_is_that_of_the_logger(level, text):
    made = logging.Logger("x", level)
    made.manager = logging.Logger.manager
    assert _log.log_level_text(made) == text
    options, status = set_all("hub", [("log.level", text)])
    free_options(options)
    assert status == 0


def test_the_level_comes_from_the_root_where_the_logger_has_none():
    assert _log.logger.level == logging.NOTSET
    root = logging.getLogger()
    before = root.level
    try:
        root.setLevel(logging.INFO)
        assert _log.log_level_text() == "info"
        logging.disable(logging.INFO)
        assert _log.log_level_text() == "warning"
    finally:
        logging.disable(logging.NOTSET)
        root.setLevel(before)


def broken(record):
    raise ZeroDivisionError(record.getMessage())


def test_a_filter_that_raises_is_told_and_does_no_harm(kept, capsys):
    _log.logger.addFilter(broken)
    try:
        _log.emit("error", "so")
    finally:
        _log.logger.removeFilter(broken)
    assert "ZeroDivisionError: so" in capsys.readouterr().err


def test_a_filter_that_raises_is_silent_where_logging_is(kept, capsys, monkeypatch):
    monkeypatch.setattr(logging, "raiseExceptions", False)
    _log.logger.addFilter(broken)
    try:
        _log.emit("error", "so")
    finally:
        _log.logger.removeFilter(broken)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("gone", [None, "closed"])
def test_no_standard_error_does_no_harm(gone, monkeypatch, tmp_path):
    stream = None
    if gone:
        stream = (tmp_path / "err").open("w", encoding="utf-8")
        stream.close()
    monkeypatch.setattr(sys, "stderr", stream)
    _log.logger.addFilter(broken)
    try:
        _log.emit("error", "so")
    finally:
        _log.logger.removeFilter(broken)
