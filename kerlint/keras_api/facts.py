"""Hand-written facts about how Keras changed: renames, successors, words. No code."""

# ruff: noqa: SIM905 (long lists of words read better as running text)
from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kerlint.lazy_dataclass import dataclass

_ORDERINGS: Final[Mapping[object, object]] = {
    "tf": "channels_last",
    "th": "channels_first",
    "default": None,
}
_NONE: Final[Mapping[object, object]] = {}
# Keras 3 still reads the old words, but documents the new ones.
_INITIALIZERS: Final[Mapping[object, object]] = {
    "normal": "random_normal",
    "uniform": "random_uniform",
    "zero": "zeros",
    "one": "ones",
}

# Old argument -> (new argument, old words for values, what stands against a plain rename).
# Holds wherever today's signature has the new one and lacks the old one. From Keras 2's own
# converters for Keras 1 calls, and from the migration guide to Keras 3.
RENAMES: Final[dict[str, tuple[str, Mapping[object, object], str]]] = {
    "output_dim": ("units", _NONE, ""),
    "init": ("kernel_initializer", _INITIALIZERS, ""),
    "inner_init": ("recurrent_initializer", _INITIALIZERS, ""),
    "inner_activation": ("recurrent_activation", _NONE, ""),
    "W_regularizer": ("kernel_regularizer", _NONE, ""),
    "U_regularizer": ("recurrent_regularizer", _NONE, ""),
    "b_regularizer": ("bias_regularizer", _NONE, ""),
    "W_constraint": ("kernel_constraint", _NONE, ""),
    "b_constraint": ("bias_constraint", _NONE, ""),
    "bias": ("use_bias", _NONE, ""),
    "nb_filter": ("filters", _NONE, ""),
    "filter_length": ("kernel_size", _NONE, ""),
    "nb_row": ("kernel_size", _NONE, "write `kernel_size=(nb_row, nb_col)`"),
    "nb_col": ("kernel_size", _NONE, "write `kernel_size=(nb_row, nb_col)`"),
    "kernel_dim1": (
        "kernel_size",
        _NONE,
        "write `kernel_size=(kernel_dim1, kernel_dim2, kernel_dim3)`",
    ),
    "kernel_dim2": (
        "kernel_size",
        _NONE,
        "write `kernel_size=(kernel_dim1, kernel_dim2, kernel_dim3)`",
    ),
    "kernel_dim3": (
        "kernel_size",
        _NONE,
        "write `kernel_size=(kernel_dim1, kernel_dim2, kernel_dim3)`",
    ),
    "border_mode": ("padding", _NONE, ""),
    "subsample": ("strides", _NONE, ""),
    "subsample_length": ("strides", _NONE, ""),
    "stride": ("strides", _NONE, ""),
    "atrous_rate": ("dilation_rate", _NONE, ""),
    "pool_length": ("pool_size", _NONE, ""),
    "length": ("size", _NONE, ""),
    "dim_ordering": ("data_format", _ORDERINGS, ""),
    "p": ("rate", _NONE, ""),
    "sigma": ("stddev", _NONE, ""),
    "dims": ("target_shape", _NONE, ""),
    "dropout_W": ("dropout", _NONE, ""),
    "dropout_U": ("recurrent_dropout", _NONE, ""),
    "forget_bias_init": (
        "unit_forget_bias",
        {"one": True, "ones": True},
        "write `unit_forget_bias=True` to initialize the forget gate's bias to one; other "
        "initializers have no equivalent",
    ),
    "beta_init": ("beta_initializer", _INITIALIZERS, ""),
    "gamma_init": ("gamma_initializer", _INITIALIZERS, ""),
    "lr": ("learning_rate", _NONE, ""),
    "nb_epoch": ("epochs", _NONE, ""),
    "nb_classes": ("num_classes", _NONE, ""),
    "nb_words": ("num_words", _NONE, ""),
    "samples_per_epoch": (
        "steps_per_epoch",
        _NONE,
        "divide by the batch size, because `steps_per_epoch=` counts batches",
    ),
    "nb_val_samples": (
        "validation_steps",
        _NONE,
        "divide by the batch size, because `validation_steps=` counts batches",
    ),
    "val_samples": ("steps", _NONE, "divide by the batch size, because `steps=` counts batches"),
    "generator": ("x", _NONE, ""),
    "max_q_size": ("max_queue_size", _NONE, ""),
    "nb_worker": ("workers", _NONE, ""),
    "pickle_safe": ("use_multiprocessing", _NONE, ""),
    "experimental_steps_per_execution": ("steps_per_execution", _NONE, ""),
}

_INPUT_FIRST: Final = "start the model with `keras.Input(shape=...)`"
_BATCH_INPUT_FIRST: Final = "start the model with `keras.Input(batch_shape=...)`"
_LOADING: Final = "belongs to `keras.utils.PyDataset` now, and arrays do not need it"
_SET_WEIGHTS: Final = "call `set_weights()` once the layer is built"
_SCHEDULE: Final = "use a schedule, such as `keras.optimizers.schedules.InverseTimeDecay`"

# What Keras 1 and 2 took for the kernel of layers that have two of them, or none of that name.
_KERNEL_ARGUMENTS: Final = {
    "init": "initializer",
    "kernel_initializer": "initializer",
    "kernel_regularizer": "regularizer",
    "kernel_constraint": "constraint",
    "W_regularizer": "regularizer",
    "W_constraint": "constraint",
}

# The same for one class, its subclasses, one method, or one kind of symbol. The new argument is
# None where the old one went without a successor.
ARGUMENTS: Final[dict[tuple[str, str], tuple[str | None, Mapping[object, object], str]]] = {
    ("keras.Model", "input"): ("inputs", _NONE, ""),
    ("keras.Model", "output"): ("outputs", _NONE, ""),
    ("keras.Input", "batch_input_shape"): ("batch_shape", _NONE, ""),
    ("keras.Input", "input_dtype"): ("dtype", _NONE, ""),
    ("keras.layers.InputLayer", "batch_input_shape"): ("batch_shape", _NONE, ""),
    ("keras.layers.InputLayer", "input_shape"): ("shape", _NONE, ""),
    ("keras.layers.InputLayer", "input_dtype"): ("dtype", _NONE, ""),
    ("keras.layers.LeakyReLU", "alpha"): ("negative_slope", _NONE, ""),
    ("keras.activations.relu", "alpha"): ("negative_slope", _NONE, ""),
    ("keras.layers.PReLU", "init"): ("alpha_initializer", _NONE, ""),
    ("keras.layers.Embedding", "init"): ("embeddings_initializer", _INITIALIZERS, ""),
    ("keras.layers.Embedding", "W_regularizer"): ("embeddings_regularizer", _NONE, ""),
    ("keras.layers.Embedding", "W_constraint"): ("embeddings_constraint", _NONE, ""),
    **{
        (f"keras.layers.DepthwiseConv{rank}D", old): (f"depthwise_{new}", _NONE, "")
        for rank in (1, 2)
        for old, new in _KERNEL_ARGUMENTS.items()
    },
    **{
        (f"keras.layers.SeparableConv{rank}D", old): (
            f"depthwise_{new}",
            _NONE,
            f"set `depthwise_{new}=` and `pointwise_{new}=`, because the layer has two kernels",
        )
        for rank in (1, 2)
        for old, new in _KERNEL_ARGUMENTS.items()
    },
    ("keras.layers.Discretization", "bins"): ("bin_boundaries", _NONE, ""),
    ("keras.layers.CategoryEncoding", "max_tokens"): ("num_tokens", _NONE, ""),
    ("keras.layers.IntegerLookup", "max_values"): ("max_tokens", _NONE, ""),
    ("keras.layers.IntegerLookup", "mask_value"): ("mask_token", _NONE, ""),
    ("keras.layers.IntegerLookup", "oov_value"): ("oov_token", _NONE, ""),
    ("keras.layers.Layer.add_loss", "losses"): ("loss", _NONE, ""),
    **{
        (f"keras.applications.ConvNeXt{size}", "model_name"): ("name", _NONE, "")
        for size in ("Tiny", "Small", "Base", "Large", "XLarge")
    },
    ("keras.initializers.Orthogonal", "scale"): ("gain", _NONE, ""),
    ("keras.initializers.Identity", "scale"): ("gain", _NONE, ""),
    ("keras.initializers.RandomNormal", "scale"): ("stddev", _NONE, ""),
    ("keras.initializers.RandomUniform", "scale"): (
        "maxval",
        _NONE,
        "write `minval=-scale` and `maxval=scale`",
    ),
    ("keras.constraints.MinMaxNorm", "low"): ("min_value", _NONE, ""),
    ("keras.constraints.MinMaxNorm", "high"): ("max_value", _NONE, ""),
    ("keras.backend.random_normal", "std"): ("stddev", _NONE, ""),
    ("keras.backend.random_uniform", "low"): ("minval", _NONE, ""),
    ("keras.backend.random_uniform", "high"): ("maxval", _NONE, ""),
    ("keras.utils.load_img", "grayscale"): (
        "color_mode",
        {True: "grayscale", False: "rgb"},
        'write color_mode="grayscale" where grayscale is true',
    ),
    ("keras.utils.normalize", "a"): ("x", _NONE, ""),
    ("keras.callbacks.ReduceLROnPlateau", "epsilon"): ("min_delta", _NONE, ""),
    ("keras.callbacks.ModelCheckpoint", "period"): (
        "save_freq",
        {1: "epoch"},
        "write `save_freq='epoch'` to save after every epoch; a number counts batches",
    ),
    ("keras.regularizers.L1", "l"): ("l1", _NONE, ""),
    ("keras.regularizers.L2", "l"): ("l2", _NONE, ""),
    ("keras.constraints.MaxNorm", "m"): ("max_value", _NONE, ""),
    ("keras.utils.to_categorical", "y"): ("x", _NONE, ""),
    ("layer", "input_dtype"): ("dtype", _NONE, ""),
    ("layer", "input_shape"): (None, _NONE, _INPUT_FIRST),
    ("layer", "input_dim"): (None, _NONE, _INPUT_FIRST),
    ("layer", "input_length"): (None, _NONE, _INPUT_FIRST),
    ("layer", "batch_input_shape"): (None, _NONE, _BATCH_INPUT_FIRST),
    ("layer", "batch_size"): (None, _NONE, _BATCH_INPUT_FIRST),
    ("layer", "weights"): (None, _NONE, _SET_WEIGHTS),
    ("optimizer", "decay"): (None, _NONE, _SCHEDULE),
    ("optimizer", "schedule_decay"): (None, _NONE, "has no replacement"),
    ("optimizer", "jit_compile"): (None, _NONE, "pass `jit_compile=` to `compile()` instead"),
}

# Arguments of one class or method that were dropped: why, or what to do.
DROPPED: Final[dict[tuple[str, str], str]] = {
    **{
        (f"keras.Model.{method}", argument): _LOADING
        for method in ("fit", "evaluate", "predict")
        for argument in (
            "workers",
            "use_multiprocessing",
            "max_queue_size",
            "nb_worker",
            "pickle_safe",
            "max_q_size",
        )
    },
    (
        "keras.Model.fit",
        "show_accuracy",
    ): "remove it, and pass `metrics=['accuracy']` to `compile()`",
    (
        "keras.Model.evaluate",
        "show_accuracy",
    ): "remove it, and pass `metrics=['accuracy']` to `compile()`",
    ("keras.Model.compile", "class_mode"): "remove it; the loss decides what kind of problem it is",
    (
        "keras.Model.compile",
        "sample_weight_mode",
    ): "remove it; sample weights may have the shape of the targets",
    ("keras.Model.compile", "target_tensors"): "pass the targets to `fit()`",
    ("keras.Model.compile", "experimental_run_tf_function"): "had no lasting effect",
    ("keras.Model.compile", "options"): "belonged to TensorFlow 1 sessions",
    ("keras.Model.compile", "run_metadata"): "belonged to TensorFlow 1 sessions",
    ("keras.Model.compile", "distribute"): "build the model under `strategy.scope()`",
    (
        "keras.Model.save",
        "save_format",
    ): "remove it; the file name extension decides the format",
    (
        "keras.Model.save_weights",
        "save_format",
    ): "remove it; the file name extension decides the format",
    ("keras.callbacks.TensorBoard", "write_grads"): "has no replacement",
    ("keras.callbacks.TensorBoard", "batch_size"): "has no replacement",
    ("keras.layers.BatchNormalization", "mode"): "remove it; only the behavior of `mode=0` is left",
    ("keras.layers.BatchNormalization", "fused"): "remove it; Keras chooses by itself",
    ("keras.layers.BatchNormalization", "virtual_batch_size"): "has no replacement",
    ("keras.layers.BatchNormalization", "adjustment"): "has no replacement",
    ("keras.layers.Embedding", "dropout"): "add a `SpatialDropout1D` layer after the embedding",
    ("keras.layers.Embedding", "input_length"): "remove it; the length comes from the input",
    ("keras.layers.LSTM", "time_major"): "transpose the input so that the batch axis comes first",
    ("keras.layers.GRU", "time_major"): "transpose the input so that the batch axis comes first",
    (
        "keras.layers.SimpleRNN",
        "time_major",
    ): "transpose the input so that the batch axis comes first",
    ("keras.layers.RNN", "time_major"): "transpose the input so that the batch axis comes first",
    ("keras.layers.LSTM", "consume_less"): "remove it; Keras chooses the implementation by itself",
    ("keras.layers.GRU", "consume_less"): "remove it; Keras chooses the implementation by itself",
    (
        "keras.layers.SimpleRNN",
        "consume_less",
    ): "remove it; Keras chooses the implementation by itself",
    ("keras.utils.to_categorical", "dtype"): "remove it, and cast the result",
    ("keras.layers.Attention", "causal"): (
        "pass `use_causal_mask=True` when you call the layer, as in "
        "`attention(inputs, use_causal_mask=True)`"
    ),
    ("keras.layers.AdditiveAttention", "causal"): (
        "pass `use_causal_mask=True` when you call the layer, as in "
        "`attention(inputs, use_causal_mask=True)`"
    ),
    ("keras.callbacks.ModelCheckpoint", "load_weights_on_restart"): (
        "call `model.load_weights()` before `fit()`"
    ),
    (
        "keras.Model.train_on_batch",
        "reset_metrics",
    ): "call `model.reset_metrics()` where you need it",
    (
        "keras.Model.test_on_batch",
        "reset_metrics",
    ): "call `model.reset_metrics()` where you need it",
    ("keras.Model.save", "signatures"): "export the model for serving with `model.export()`",
    ("keras.models.save_model", "signatures"): "export the model for serving with `model.export()`",
}

# Methods that are gone -> (what to write instead, a remark).
METHODS: Final[dict[str, tuple[str, str]]] = {
    "keras.Model.fit_generator": ("fit", ""),
    "keras.Model.evaluate_generator": ("evaluate", ""),
    "keras.Model.predict_generator": ("predict", ""),
    "keras.Sequential.predict_proba": ("predict", ""),
    "keras.Sequential.predict_classes": (
        "predict",
        "write `predict(x).argmax(axis=-1)` after softmax, `predict(x) > 0.5` after a sigmoid unit",
    ),
    "keras.Model.to_yaml": ("to_json", ""),
    "keras.Model.reset_states": ("", "call `reset_state()` of each recurrent layer"),
    # Still there, and does nothing but raise.
    "keras.layers.Layer.add_metric": ("", "keep a `keras.metrics` object as an attribute"),
    "keras.layers.Layer.add_update": ("", "assign to the variable in `call()`"),
    "keras.layers.Layer.get_input_at": ("", "use `layer.input`, or keep the tensor"),
    "keras.layers.Layer.get_output_at": ("", "use `layer.output`, or keep the tensor"),
    "keras.layers.Layer.get_input_shape_at": ("", "use `layer.input.shape`"),
    "keras.layers.Layer.get_output_shape_at": ("", "use `layer.output.shape`"),
    "keras.layers.Layer.get_losses_for": ("", "use `layer.losses`"),
    "keras.layers.Layer.get_updates_for": ("", "has no replacement"),
    "keras.metrics.Metric.reset_states": ("reset_state", ""),
    "keras.optimizers.Optimizer.get_updates": ("", "use `tf.GradientTape` and `apply_gradients()`"),
    "keras.optimizers.Optimizer.get_gradients": ("", "use `tf.GradientTape`"),
    "keras.optimizers.Optimizer.get_weights": ("", "use `optimizer.variables`"),
    "keras.optimizers.Optimizer.minimize": (
        "",
        "compute the gradients with `tf.GradientTape`, and call `apply_gradients()`",
    ),
    "keras.optimizers.LossScaleOptimizer.get_scaled_loss": ("scale_loss", ""),
    "keras.optimizers.LossScaleOptimizer.get_unscaled_gradients": (
        "",
        "remove it; `apply_gradients()` divides the gradients itself",
    ),
}

# Attributes that objects of Keras 3 do not have -> what to write instead.
ATTRIBUTES: Final[dict[str, str]] = {
    "keras.optimizers.Optimizer.lr": "write `learning_rate`",
    "keras.layers.Layer.output_shape": "write `layer.output.shape`",
    "keras.layers.Layer.input_shape": "write `layer.input.shape`",
    "keras.layers.Layer.inbound_nodes": "remove it; Keras has no public replacement",
    "keras.layers.Layer.outbound_nodes": "remove it; Keras has no public replacement",
    "keras.layers.Layer.updates": "remove it; Keras 3 updates variables where `call()` does",
    "keras.Model.updates": "remove it; Keras 3 updates variables where `call()` does",
    "keras.Model.state_updates": "remove it; Keras 3 updates variables where `call()` does",
    "keras.Model.total_loss": "compute the loss in `train_step()`",
    "keras.Model.targets": "take the labels in `train_step()`",
    "keras.Model.uses_learning_phase": "pass `training=` to the model that you call",
    "keras.Model.stateful": "remove it, and ask the recurrent layers",
    "keras.Model._make_predict_function": "remove it; `predict()` needs no preparation",
    "keras.Model._make_train_function": "remove it; `fit()` needs no preparation",
    "keras.Model._make_test_function": "remove it; `evaluate()` needs no preparation",
}

# Layers still have these; a Sequential model only once it was called on symbolic tensors.
ENDS: Final[dict[str, str]] = {
    "keras.Sequential.input": "write `model.inputs[0]`",
    "keras.Sequential.output": "write `model.outputs[0]`",
}

# Functions that ``tensorflow.keras`` has under their short names only.
SHORT_NAMES: Final[dict[str, str]] = {
    f"keras.{module}.{name}": f"keras.{module}.{short}"
    for module in ("losses", "metrics")
    for name, short in (
        ("kl_divergence", "kld"),
        ("log_cosh", "logcosh"),
        ("mean_absolute_error", "mae"),
        ("mean_absolute_percentage_error", "mape"),
        ("mean_squared_error", "mse"),
        ("mean_squared_logarithmic_error", "msle"),
    )
}

# What one old name is today, one-to-one, where no release shows both as the same object.
MOVED: Final[dict[str, str]] = {
    "keras.layers.CuDNNLSTM": "keras.layers.LSTM",
    "keras.layers.CuDNNGRU": "keras.layers.GRU",
    "keras.losses.kullback_leibler_divergence": "keras.losses.kl_divergence",
    "keras.losses.logcosh": "keras.losses.log_cosh",
    "keras.losses.cosine_proximity": "keras.losses.cosine_similarity",
    "keras.losses.cosine": "keras.losses.cosine_similarity",
    "keras.constraints.maxnorm": "keras.constraints.MaxNorm",
    "keras.constraints.nonneg": "keras.constraints.NonNeg",
    "keras.constraints.unitnorm": "keras.constraints.UnitNorm",
    "keras.regularizers.activity_l1": "keras.regularizers.L1",
    "keras.regularizers.activity_l2": "keras.regularizers.L2",
    "keras.initializers.normal": "keras.initializers.RandomNormal",
    "keras.initializers.uniform": "keras.initializers.RandomUniform",
    "keras.initializers.zero": "keras.initializers.Zeros",
    "keras.initializers.one": "keras.initializers.Ones",
    "keras.experimental.CosineDecay": "keras.optimizers.schedules.CosineDecay",
    "keras.experimental.CosineDecayRestarts": "keras.optimizers.schedules.CosineDecayRestarts",
    "keras.mixed_precision.experimental.set_policy": "keras.mixed_precision.set_global_policy",
    "keras.mixed_precision.experimental.global_policy": "keras.mixed_precision.global_policy",
    "keras.mixed_precision.experimental.Policy": "keras.mixed_precision.Policy",
    "keras.initializations": "keras.initializers",
    "keras.objectives": "keras.losses",
    "keras.utils.np_utils": "keras.utils",
    "keras.utils.vis_utils": "keras.utils",
    "keras.utils.generic_utils": "keras.utils",
    "keras.layers.experimental.preprocessing": "keras.layers",
    # Same parameters in the same order with the same defaults (a test compares them).
    **{
        f"keras.backend.{name}": f"keras.ops.{name}"
        for name in "abs all any cos equal exp greater "
        "greater_equal less less_equal log max maximum mean min minimum not_equal prod "
        "reshape round sigmoid sign sin softplus softsign sqrt square squeeze stack std "
        "sum tanh transpose var cast".split()
    },
    "keras.backend.pow": "keras.ops.power",
}

_MERGING: Final = (
    "use the layer for the mode, such as `keras.layers.Concatenate`, `Add`, `Multiply` or `Dot`"
)
_TEXT: Final = (
    "use a `keras.layers.TextVectorization` layer; `tensorflow.keras.preprocessing.text` still "
    "exists for old code"
)
_BATCHES: Final = (
    "use `keras.utils.image_dataset_from_directory` and layers such as `keras.layers.RandomFlip`; "
    "`tensorflow.keras.preprocessing.image` still exists for old code"
)
_SKLEARN: Final = (
    "use `keras.wrappers.SKLearnClassifier` or `SKLearnRegressor`, or the `scikeras` package"
)
_NO_SESSION: Final = "remove it; Keras 3 has no sessions"
_SEVERAL_GPUS: Final = "use `tf.distribute.MirroredStrategy`; Keras has no replacement"

_PHASE: Final = "pass `training=True` or `training=False` to the layer or model that you call"
_AS_NUMPY: Final = "call `keras.ops.convert_to_numpy()`"
_ASSIGN: Final = "call the variable's method `assign()`"
_SHAPE: Final = "use the attribute `shape` of the tensor"
_PAD: Final = "use `keras.ops.pad`"
_CONV: Final = "use `keras.ops.conv`"
_ENQUEUER: Final = "pass a `keras.utils.PyDataset` to `fit()`, with `workers=` in its constructor"
_OWN_LAYER: Final = "write a layer of your own; Keras has no replacement"
_OTHER_MODEL: Final = "use another model of `keras.applications`; Keras has no replacement"
_AUGMENT: Final = (
    "use a layer such as `keras.layers.RandomRotation`; `tensorflow.keras.preprocessing.image` "
    "still exists for old code"
)
_SEQUENCES: Final = (
    "`tensorflow.keras.preprocessing.sequence` still has it for old code; Keras has no replacement"
)

# What to do instead of functions of ``keras.backend`` that are not the same in ``keras.ops``.
_BACKEND: Final[dict[str, str]] = {
    "arange": "use `keras.ops.arange`",
    "argmax": "write `keras.ops.argmax(x, axis=-1)`",
    "argmin": "write `keras.ops.argmin(x, axis=-1)`",
    "batch_dot": "use `keras.ops.matmul`, or a `keras.layers.Dot` layer",
    "batch_flatten": "use `keras.ops.reshape`, or a `keras.layers.Flatten` layer",
    "batch_get_value": _AS_NUMPY,
    "batch_normalization": "use `keras.ops.batch_normalization`",
    "batch_set_value": _ASSIGN,
    "bias_add": "write `x + bias`",
    "binary_crossentropy": "use `keras.ops.binary_crossentropy`",
    "binary_focal_crossentropy": "use `keras.losses.binary_focal_crossentropy`",
    "cast_to_floatx": "write `keras.ops.cast(x, keras.config.floatx())`",
    "categorical_crossentropy": "use `keras.ops.categorical_crossentropy`",
    "categorical_focal_crossentropy": "use `keras.losses.categorical_focal_crossentropy`",
    "clip": "use `keras.ops.clip`",
    "concatenate": "write `keras.ops.concatenate(tensors, axis=-1)`",
    "constant": "use `keras.ops.convert_to_tensor`",
    "conv1d": _CONV,
    "conv2d": _CONV,
    "conv2d_transpose": "use `keras.ops.conv_transpose`",
    "conv3d": _CONV,
    "count_params": "multiply the sizes in the attribute `shape`",
    "ctc_batch_cost": "use `keras.losses.CTC` or `keras.ops.ctc_loss`",
    "ctc_decode": "use `keras.ops.ctc_decode`",
    "ctc_label_dense_to_sparse": "use `keras.ops.ctc_loss`, which takes dense labels",
    "cumprod": "use `keras.ops.cumprod`, and pass `axis=`",
    "cumsum": "use `keras.ops.cumsum`, and pass `axis=`",
    "depthwise_conv2d": "use `keras.ops.depthwise_conv`",
    "dot": "use `keras.ops.dot` or `keras.ops.matmul`",
    "dropout": "use `keras.random.dropout`",
    "dtype": "use the attribute `dtype` of the tensor",
    "elu": "use `keras.ops.elu`",
    "eval": _AS_NUMPY,
    "expand_dims": "write `keras.ops.expand_dims(x, axis=-1)`",
    "eye": "use `keras.ops.eye`",
    "flatten": "write `keras.ops.reshape(x, (-1,))`",
    "foldl": "use `keras.ops.scan`",
    "foldr": "use `keras.ops.scan`",
    "function": "make a `keras.Model` of the inputs and outputs, and call it",
    "gather": "write `keras.ops.take(x, indices, axis=0)`",
    "get_value": _AS_NUMPY,
    "gradients": "use `tf.GradientTape`",
    "hard_sigmoid": "use `keras.ops.hard_sigmoid`, which has another slope",
    "image_dim_ordering": "use `keras.backend.image_data_format`, which returns "
    "`'channels_last'` or `'channels_first'`",
    "in_test_phase": _PHASE,
    "in_top_k": "use `keras.ops.in_top_k`",
    "in_train_phase": _PHASE,
    "int_shape": _SHAPE,
    "is_sparse": "use `keras.KerasTensor` with its attribute `sparse`",
    "l2_normalize": "use `keras.ops.normalize`",
    "learning_phase": _PHASE,
    "learning_phase_scope": _PHASE,
    "local_conv1d": _OWN_LAYER,
    "local_conv2d": _OWN_LAYER,
    "manual_variable_initialization": _NO_SESSION,
    "map_fn": "use `keras.ops.map`",
    "moving_average_update": _ASSIGN,
    "name_scope": "use `keras.name_scope`",
    "ndim": "write `len(x.shape)`",
    "normalize_batch_in_training": "use `keras.ops.moments` and `keras.ops.batch_normalization`",
    "one_hot": "use `keras.ops.one_hot`",
    "ones": "use `keras.ops.ones`",
    "ones_like": "use `keras.ops.ones_like`",
    "permute_dimensions": "write `keras.ops.transpose(x, axes)`",
    "placeholder": "use `keras.Input`",
    "pool2d": "use `keras.ops.max_pool` or `keras.ops.average_pool`",
    "pool3d": "use `keras.ops.max_pool` or `keras.ops.average_pool`",
    "print_tensor": "use `tf.print`",
    "random_bernoulli": "use `keras.random.binomial`",
    "random_binomial": "use `keras.random.binomial`",
    "random_normal": "use `keras.random.normal`",
    "random_normal_variable": "write `keras.Variable(keras.random.normal(shape))`",
    "random_uniform": "use `keras.random.uniform`",
    "random_uniform_variable": "write `keras.Variable(keras.random.uniform(shape))`",
    "relu": "use `keras.ops.relu`, or `keras.activations.relu` for its further arguments",
    "repeat": "use a `keras.layers.RepeatVector` layer",
    "repeat_elements": "write `keras.ops.repeat(x, repeats, axis)`",
    "reset_uids": "call `keras.utils.clear_session()`",
    "resize_images": "use `keras.ops.image.resize`, or a `keras.layers.UpSampling2D` layer",
    "resize_volumes": "use a `keras.layers.UpSampling3D` layer",
    "reverse": "write `keras.ops.flip(x, axis)`",
    "rnn": "use a `keras.layers.RNN` layer",
    "separable_conv2d": "use `keras.ops.separable_conv`",
    "set_image_dim_ordering": "call `keras.backend.set_image_data_format()` with "
    "`'channels_last'` or `'channels_first'`",
    "set_learning_phase": _PHASE,
    "set_value": _ASSIGN,
    "shape": "use `keras.ops.shape`",
    "softmax": "use `keras.ops.softmax`",
    "sparse_categorical_crossentropy": "use `keras.ops.sparse_categorical_crossentropy`",
    "spatial_2d_padding": _PAD,
    "spatial_3d_padding": _PAD,
    "stop_gradient": "use `keras.ops.stop_gradient`",
    "switch": "use `keras.ops.where` or `keras.ops.cond`",
    "temporal_padding": _PAD,
    "tile": "use `keras.ops.tile`",
    "to_dense": "use `tf.sparse.to_dense`",
    "truncated_normal": "use `keras.random.truncated_normal`",
    "update": _ASSIGN,
    "update_add": "call the variable's method `assign_add()`",
    "update_sub": "call the variable's method `assign_sub()`",
    "variable": "use `keras.Variable`",
    "zeros": "use `keras.ops.zeros`",
    "zeros_like": "use `keras.ops.zeros_like`",
}

# The same for other classes and functions that Keras 3 does not have.
_NAMES: Final[dict[str, str]] = {
    "keras.callbacks.BaseLogger": "remove it; `fit()` averages the metrics itself",
    "keras.callbacks.SidecarEvaluatorModelExport": "call `model.export()` when training is over",
    "keras.constraints.RadialConstraint": "write a constraint of your own; Keras has no equal",
    "keras.constraints.radial_constraint": "write a constraint of your own; Keras has no equal",
    "keras.layers.AbstractRNNCell": "derive the cell from `keras.layers.Layer`",
    "keras.layers.AtrousConvolution1D": "use `keras.layers.Conv1D` with `dilation_rate=`",
    "keras.layers.AtrousConvolution2D": "use `keras.layers.Conv2D` with `dilation_rate=`",
    "keras.layers.DenseFeatures": "use `keras.utils.FeatureSpace`",
    "keras.layers.Highway": _OWN_LAYER,
    "keras.layers.LocallyConnected1D": _OWN_LAYER,
    "keras.layers.LocallyConnected2D": _OWN_LAYER,
    "keras.layers.MaxoutDense": _OWN_LAYER,
    "keras.layers.RandomHeight": "use `keras.layers.RandomZoom`",
    "keras.layers.RandomWidth": "use `keras.layers.RandomZoom` with `width_factor=`",
    "keras.layers.ThresholdedReLU": "write `keras.ops.where(x > theta, x, 0.0)`",
    "keras.layers.TimeDistributedDense": "write `TimeDistributed(Dense(...))`",
    "keras.layers.experimental.RandomFourierFeatures": _OWN_LAYER,
    "keras.layers.experimental.SyncBatchNormalization": (
        "write `keras.layers.BatchNormalization(synchronized=True)`"
    ),
    "keras.losses.Reduction": 'write the text, such as `reduction="sum_over_batch_size"`',
    "keras.metrics.MeanRelativeError": "write a metric of your own; Keras has no replacement",
    "keras.metrics.MeanTensor": "write a metric of your own; Keras has no replacement",
    "keras.models.model_from_config": "call `from_config()` of the class of the model",
    "keras.models.model_from_yaml": "use `keras.models.model_from_json`",
    **{
        f"keras.optimizers.legacy.{name}": f"use `keras.optimizers.{name}`"
        for name in "Adadelta Adagrad Adam Adamax Ftrl Nadam RMSprop SGD".split()
    },
    "keras.preprocessing.image.DirectoryIterator": _BATCHES,
    "keras.preprocessing.image.Iterator": _BATCHES,
    "keras.preprocessing.image.NumpyArrayIterator": _BATCHES,
    **{
        f"keras.preprocessing.image.{name}": _AUGMENT
        for name in "apply_affine_transform apply_brightness_shift apply_channel_shift "
        "random_brightness random_channel_shift random_rotation random_shear random_shift "
        "random_zoom".split()
    },
    "keras.preprocessing.sequence.TimeseriesGenerator": (
        "use `keras.utils.timeseries_dataset_from_array`"
    ),
    "keras.preprocessing.sequence.make_sampling_table": _SEQUENCES,
    "keras.preprocessing.sequence.skipgrams": _SEQUENCES,
    "keras.utils.GeneratorEnqueuer": _ENQUEUER,
    "keras.utils.OrderedEnqueuer": _ENQUEUER,
    "keras.utils.SequenceEnqueuer": _ENQUEUER,
    "keras.utils.SidecarEvaluator": "call `evaluate()` in a program of its own",
    "keras.utils.to_ordinal": "write `np.arange(n - 1) < labels[:, None]` for `n` classes",
    "keras.utils.warmstart_embedding_matrix": "copy the rows that both vocabularies have",
    **{
        f"keras.applications.{name}": _OTHER_MODEL
        for name in "RegNetX002 RegNetX004 RegNetX006 RegNetX008 RegNetX016 RegNetX032 RegNetX040 "
        "RegNetX064 RegNetX080 RegNetX120 RegNetX160 RegNetX320 RegNetY002 RegNetY004 RegNetY006 "
        "RegNetY008 RegNetY016 RegNetY032 RegNetY040 RegNetY064 RegNetY080 RegNetY120 RegNetY160 "
        "RegNetY320 ResNetRS50 ResNetRS101 ResNetRS152 ResNetRS200 ResNetRS270 ResNetRS350 "
        "ResNetRS420".split()
    },
}

# What to do instead of modules and names that are gone and have no equal: pairs of "3" or "2"
# (Keras 3, tf_keras) and a sentence.
SUCCESSORS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    **{f"keras.backend.{name}": (("3", text),) for name, text in _BACKEND.items()},
    **{name: (("3", text),) for name, text in _NAMES.items()},
    "keras.backend.tensorflow_backend": (
        ("3", _NO_SESSION),
        ("2", "import `keras.backend`; sessions are in `tf.compat.v1.keras.backend`"),
    ),
    "keras.backend.tensorflow_backend.set_session": (
        ("3", _NO_SESSION),
        ("2", "call `tf.compat.v1.keras.backend.set_session()`, with `TF_USE_LEGACY_KERAS=1`"),
    ),
    "keras.backend.tensorflow_backend.get_session": (
        ("3", _NO_SESSION),
        ("2", "call `tf.compat.v1.keras.backend.get_session()`, with `TF_USE_LEGACY_KERAS=1`"),
    ),
    "keras.backend.set_session": (("3", _NO_SESSION),),
    "keras.backend.get_session": (("3", _NO_SESSION),),
    "keras.engine": (
        ("3", "use `keras`, `keras.layers` or `keras.models`, which have its public names"),
        ("2", "use `keras`, `keras.layers` or `keras.models`, which have its public names"),
    ),
    "keras.engine.saving": (
        ("3", "import `load_model`, `save_model` and `model_from_json` from `keras.models`"),
        ("2", "import `load_model`, `save_model` and `model_from_json` from `keras.models`"),
    ),
    "keras.estimator": (("3", "train the model with `fit()`; Keras no longer has estimators"),),
    "keras.layers.merge": (("3", _MERGING), ("2", _MERGING)),
    "keras.layers.Merge": (("3", _MERGING), ("2", _MERGING)),
    "keras.mixed_precision.experimental": (
        ("3", "call `keras.mixed_precision.set_global_policy()`"),
        ("2", "call `keras.mixed_precision.set_global_policy()`"),
    ),
    "keras.preprocessing.text": (("3", _TEXT),),
    "keras.preprocessing.text.Tokenizer": (("3", _TEXT),),
    "keras.preprocessing.image.ImageDataGenerator": (("3", _BATCHES),),
    "keras.utils.multi_gpu_model": (("3", _SEVERAL_GPUS), ("2", _SEVERAL_GPUS)),
    "keras.utils.visualize_util": (
        ("3", "call `keras.utils.plot_model()`"),
        ("2", "call `keras.utils.plot_model()`"),
    ),
    "keras.utils.visualize_util.plot": (
        ("3", "call `keras.utils.plot_model()`"),
        ("2", "call `keras.utils.plot_model()`"),
    ),
    "keras.wrappers.scikit_learn": (("3", _SKLEARN), ("2", "use the `scikeras` package")),
    "keras.wrappers.scikit_learn.KerasClassifier": (
        ("3", _SKLEARN),
        ("2", "use the `scikeras` package"),
    ),
    "keras.wrappers.scikit_learn.KerasRegressor": (
        ("3", _SKLEARN),
        ("2", "use the `scikeras` package"),
    ),
}

# One word for what a class or function means, where its name does not say it.
MEANINGS: Final[dict[str, str]] = {
    "Softmax": "softmax",
    "ReLU": "relu",
    "LeakyReLU": "leaky_relu",
    "ELU": "elu",
    "PReLU": "prelu",
    "ThresholdedReLU": "thresholded_relu",
    "MSE": "mean_squared_error",
    "MAE": "mean_absolute_error",
    "MAPE": "mean_absolute_percentage_error",
    "MSLE": "mean_squared_logarithmic_error",
    "KLD": "kl_divergence",
    "kullback_leibler_divergence": "kl_divergence",
    "logcosh": "log_cosh",
    "LogCoshError": "log_cosh",
    "cosine_proximity": "cosine_similarity",
    "CosineProximity": "cosine_similarity",
    "MeanIoU": "mean_iou",
    "BinaryIoU": "binary_iou",
    "OneHotIoU": "one_hot_iou",
    "OneHotMeanIoU": "one_hot_mean_iou",
    "IoU": "iou",
    "AUC": "auc",
    "CTC": "ctc",
    "RandomNormal": "random_normal",
    "normal": "random_normal",
    "uniform": "random_uniform",
    "zero": "zeros",
    "one": "ones",
    "swish": "silu",
    "maxnorm": "max_norm",
    "nonneg": "non_neg",
    "unitnorm": "unit_norm",
    "L1L2": "l1_l2",
    "L1L2Regularizer": "l1_l2",
    "l1l2": "l1_l2",
    "L1": "l1",
    "L2": "l2",
}


@dataclass(frozen=True, slots=True)
class Words:
    """What a bare word in a fragment may mean: modules, then names of these families in order."""

    modules: dict[str, str]
    families: tuple[str, ...]
    functions: frozenset[str]  # lower-case names; classes need no list


WORDS: Final = Words(
    modules={
        "K": "keras.backend",
        "layers": "keras.layers",
        "models": "keras.models",
        "optimizers": "keras.optimizers",
        "losses": "keras.losses",
        "callbacks": "keras.callbacks",
        "initializers": "keras.initializers",
        "regularizers": "keras.regularizers",
        "constraints": "keras.constraints",
        "activations": "keras.activations",
        "applications": "keras.applications",
        "np_utils": "keras.utils.np_utils",
        "mnist": "keras.datasets.mnist",
        "fashion_mnist": "keras.datasets.fashion_mnist",
        "cifar10": "keras.datasets.cifar10",
        "cifar100": "keras.datasets.cifar100",
        "imdb": "keras.datasets.imdb",
        "reuters": "keras.datasets.reuters",
        "boston_housing": "keras.datasets.boston_housing",
        "california_housing": "keras.datasets.california_housing",
    },
    families=(
        "keras.layers",
        "keras",
        "keras.models",
        "keras.optimizers",
        "keras.optimizers.schedules",
        "keras.callbacks",
        "keras.losses",
        "keras.metrics",
        "keras.initializers",
        "keras.regularizers",
        "keras.constraints",
        "keras.applications",
        "keras.utils",
        "keras.preprocessing.image",
        "keras.preprocessing.text",
        "keras.preprocessing.sequence",
        "keras.wrappers.scikit_learn",
        "keras.activations",
    ),
    functions=frozenset(
        "concatenate load_model save_model clone_model model_from_json model_from_yaml "
        "to_categorical plot_model pad_sequences load_img img_to_array array_to_img "
        "get_file image_dataset_from_directory text_dataset_from_directory "
        "timeseries_dataset_from_array set_random_seed custom_object_scope "
        "register_keras_serializable get_custom_objects text_to_word_sequence skipgrams "
        "l1 l2 l1_l2 max_norm maxnorm non_neg unit_norm min_max_norm glorot_uniform "
        "glorot_normal he_normal he_uniform lecun_normal lecun_uniform "
        "binary_crossentropy categorical_crossentropy sparse_categorical_crossentropy "
        "mean_squared_error mean_absolute_error mean_absolute_percentage_error "
        "mean_squared_logarithmic_error kl_divergence kullback_leibler_divergence "
        "squared_hinge categorical_hinge binary_accuracy categorical_accuracy "
        "sparse_categorical_accuracy top_k_categorical_accuracy".split()
    ),
)

# Capitalised names that mean too many other things to be taken for Keras without an import; and
# functions that scikit-learn has under the same name.
COMMON_WORDS: Final = frozenset(
    "Variable Function Operation Graph Circle Dice Sum Mean Sequence Quantizer Accuracy "
    "Precision Recall Poisson Constant Identity Policy Reduction Container Config "
    "Iterator Reduce Pipeline Wrapper TimedThread InstanceMethod InstanceProperty KerasClassifier "
    "KerasRegressor mean_squared_error mean_absolute_error mean_absolute_percentage_error".split()
)
