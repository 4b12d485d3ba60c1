"""The tests of the example need the example to be installed: test_plugins.py runs them."""

collect_ignore = ["example"]
