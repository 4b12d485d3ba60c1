"""The experiments: one module each, with its thresholds and where they come from.

A module has ``compare(baseline, repaired) -> Verdict``, both of them a ``ModelUnderTest``; the
second is None when no repair is known. Its source is what runs in the worker and what is saved as a
proof, see ``kerlint.execute.proof``. Rules name experiments by the objects of
``kerlint.program.claims``.
"""
