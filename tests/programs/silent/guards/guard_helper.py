# silent: KER004: hasattr in a lambda, a comprehension and a boolean result
import keras
import numpy as np

model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, activation="softmax")])
x = np.zeros((2, 2))
answer = hasattr(model, "predict_classes") and model.predict_classes(x)
plain = not hasattr(model, "predict_proba") or model.predict_proba(x)
call = lambda m: m.predict_classes(x) if hasattr(m, "predict_classes") else m.predict(x, verbose=0)
several = [m.to_yaml() for m in [model] if hasattr(m, "to_yaml")]
either = model.to_yaml() if hasattr(model, "to_yaml") else model.to_json()
print(answer, plain, call(model), several, len(either))
