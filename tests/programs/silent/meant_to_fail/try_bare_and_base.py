# silent: KER001 KER002 KER003 KER004 KER011: base classes and bare except take it as well
import keras
import logging

log = logging.getLogger(__name__)
try:
    rate = keras.optimizers.Adam(lr=0.1).learning_rate
except Exception as e:
    log.debug("new Keras: %s", e)
    rate = 0.1
try:
    layer = keras.layers.ThresholdedReLU(theta=1.0)
except:
    layer = keras.layers.ReLU(threshold=1.0)
print(rate, layer.threshold)
