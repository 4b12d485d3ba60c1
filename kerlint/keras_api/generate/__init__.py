"""Measures installed and historical Keras releases and writes ``kerlint/keras_api/data``.

Run as ``python -m kerlint.keras_api.generate``. Nothing in kerlint imports this package, and Keras
itself is imported only in subprocesses of it.
"""
