"""The experiments: one module each, with its thresholds and where they come from.

A module has ``compare(baseline, twin, claim) -> Verdict``; the twin is None when no repair is
known. They are imported in the worker only. A rule names its experiment by the words below, and may
say more after a colon; several stand with a semicolon between.
"""

MODULES = {
    "bias before BatchNorm": "bias_before_norm",
    "constant output": "constant_output",
    "existence": "existence",
    "first batch": "first_batch",
    "gradient by depth": "gradient_depth",
    "gradient symmetry": "gradient_symmetry",
    "labels cut": "labels_cut",
    "loss at start": "loss_at_start",
    "loss consistency": "loss_consistency",
    "loss sign": "loss_sign",
    "metric insensitivity": "metric_insensitivity",
    "output range": "output_range",
    "output shape": "output_shape",
    "overfit": "overfit",
    "pixels without gradient": "pixels",
    "regularization share": "regularization",
    "superposition": "superposition",
    "train/eval mode": "train_eval",
    "training trial": "training_trial",
    "update ratio": "update_ratio",
}


def named(text: str) -> list[str]:
    """The experiments that a rule's text names; empty when it says why there is none."""
    words = [part.partition(":")[0].strip() for part in text.split(";")]
    return [] if words[0] == "none" else [word for word in words if word in MODULES]
