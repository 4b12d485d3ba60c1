"""The experiments: one module each, with its thresholds and where they come from.

A module has ``compare(baseline, twin, claim) -> Verdict``; the twin is None when no repair is
known. They are imported in the worker only, by the name that a rule gives.
"""

MODULES = {
    "constant output": "constant_output",
    "existence": "existence",
    "gradient symmetry": "gradient_symmetry",
    "linear collapse": "superposition",
    "loss at start": "loss_at_start",
    "loss consistency": "loss_consistency",
    "metric insensitivity": "metric_insensitivity",
    "output range": "output_range",
    "output range against target range": "output_range",
    "overfit": "overfit",
    "superposition": "superposition",
    "training trial": "training_trial",
}
