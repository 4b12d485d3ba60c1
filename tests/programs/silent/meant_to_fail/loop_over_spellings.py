# silent: KER003 KER011: the spelling that works is looked for
import keras


def first_that_works(candidates):
    for make in candidates:
        try:
            return make()
        except (ValueError, TypeError):
            continue
    raise RuntimeError("none")


opt = first_that_works([lambda: keras.optimizers.RMSprop(learning_rate=1e-3)])
for key in ("lr", "learning_rate"):
    try:
        opt = keras.optimizers.RMSprop(**{key: 1e-3})
        break
    except ValueError:
        pass
print(opt.learning_rate)
