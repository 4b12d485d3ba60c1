# silent: KER003 KER005 KER011: decay=0.0 asks for what happens anyway
import tensorflow as tf
from tensorflow.keras.optimizers import SGD, Adam, RMSprop

opts = [
    Adam(learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-08, decay=0.0),
    SGD(0.01, momentum=0.9, decay=0, nesterov=True),
    RMSprop(learning_rate=0.001, rho=0.9, decay=0.),
    tf.keras.optimizers.Adagrad(0.01, decay=0.0),
]
