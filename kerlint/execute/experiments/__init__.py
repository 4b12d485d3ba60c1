"""The experiments: one module each, with its thresholds and where they come from.

A module has ``compare(baseline, twin, claim) -> Verdict``; the twin is None when no repair is
known. They are imported in the worker only. A rule names them by the objects of
``kerlint.program.claims``.
"""
