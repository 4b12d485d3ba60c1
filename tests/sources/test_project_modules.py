"""Which imports can be no file of the project."""

from __future__ import annotations

import sys

import pytest

from kerlint.sources.modules import is_library


@pytest.mark.parametrize("name", ["distutils.version", "imp", "telnetlib", "tomllib"])
def test_modules_of_any_python_are_no_files_of_the_project(name):
    """Python 3.12 and 3.13 have dropped some, and others came later than 3.10."""
    assert is_library(name)


def test_those_of_this_python_are():
    assert all(is_library(name) for name in sys.stdlib_module_names)
    assert not is_library("helpers.distutils")
