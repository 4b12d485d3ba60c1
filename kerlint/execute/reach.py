"""Whether what an experiment measures reaches what the program trains, and if not, why not."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kerlint.program.claims import GRADIENT_SYMMETRY, Experiment, ModelClaim
from kerlint.program.fate import MEASURING
from kerlint.program.model import Fit
from kerlint.program.values import Entries, Items, Unknown
from kerlint.rules.base import View

NAMES = {"jax": "JAX", "torch": "PyTorch", "numpy": "NumPy", "openvino": "OpenVINO"}


def out_of_reach(experiments: Iterable[Experiment], claim: ModelClaim, view: View) -> str:
    """Why a claim stays unproven whatever is measured; empty when it need not."""
    experiments = tuple(experiments)
    backend = view.target.backend
    bound = [each for each in experiments if each.backend not in ("", backend or each.backend)]
    if bound:
        name = NAMES.get(backend, backend)
        return (
            f"the code runs on {name}, and the experiment shows what Keras does on TensorFlow alone"
        )
    if any(each.weighs_samples for each in experiments) and _weighed(claim, view):
        return (
            "some samples may have a weight of 0; the finding holds if those with these labels "
            "have another weight"
        )
    if GRADIENT_SYMMETRY in experiments and _has_unread_callback(claim, view):
        return "a callback that kerlint could not read may set the weights"
    return ""


def _weighed(claim: ModelClaim, view: View) -> bool:
    """Whether whatever trains the model gives weights to samples or classes."""
    trained = [
        fit
        for fit in view.program.fits
        if fit.compiled == claim.compiled and fit.method in MEASURING
    ]
    return bool(trained) and all(map(_has_weights, trained))


# Packages whose callbacks only watch.
WATCHING = frozenset(
    {"IPython", "clearml", "comet_ml", "keras", "livelossplot", "mlflow", "neptune", "optuna"}
    | {"ray", "tensorflow", "tf_keras", "tqdm", "wandb"}
)
_CALLED = re.compile(r"the result of (\w+)(?:\.\w+)*\(\)")


def _has_unread_callback(claim: ModelClaim, view: View) -> bool:
    """Whether a callback of a training is an object of a module that was not read."""
    for fit in view.program.fits:
        given = fit.args.get("callbacks")
        if given is None or fit.model != claim.model:
            continue
        facts = given.value.items if isinstance(given.value, Items) else (given,)
        for fact in facts:
            made = _CALLED.match(fact.value.reason) if isinstance(fact.value, Unknown) else None
            if made is not None and made[1] not in WATCHING:
                return True
    return False


def _has_weights(fit: Fit) -> bool:
    samples, classes = fit.args.get("sample_weight"), fit.args.get("class_weight")
    if samples is not None and samples.value is not None:
        return True
    if classes is None or not isinstance(classes.value, Entries):
        return False
    return any(fact.number() == 0 for fact in classes.value.entries.values())
