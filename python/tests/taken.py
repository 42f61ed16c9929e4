"""What the tests of options have in common: what comes out is given to the library."""

from __future__ import annotations

import pytest
from loaded import free_options, last_error, set_all

from resock import _options
from resock._errors import OptionError


def only(scope="link", **keywords):
    """The one text of one keyword, which the library takes."""
    made = _options.texts(scope, keywords)
    assert len(made) == 1
    assert set_status(scope, made) == 0, last_error()
    return made[0][1]


def set_status(scope, texts):
    options, status = set_all(scope, texts)
    free_options(options)
    return status


def refused(scope="link", **keywords):
    """The text of the OptionError for these keywords."""
    with pytest.raises(OptionError) as raised:
        _options.texts(scope, keywords)
    return str(raised.value)
