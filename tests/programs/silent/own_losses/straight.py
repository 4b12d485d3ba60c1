# silent: KER136 KER144 KER908 KER909 KER910 KER911 KER913: losses that people write
import keras
import tensorflow as tf
from tensorflow.keras import backend as K
from tensorflow.keras import layers


def network(units, activation=None, shape=(16,)):
    inputs = keras.Input(shape)
    hidden = layers.Dense(32, activation="relu")(inputs)
    return keras.Model(inputs, layers.Dense(units, activation=activation)(hidden))


def dice_coefficient(y_true, y_pred, smooth=1.0):
    y_true, y_pred = K.flatten(y_true), K.flatten(y_pred)
    shared = K.sum(y_true * y_pred)
    return (2.0 * shared + smooth) / (K.sum(y_true) + K.sum(y_pred) + smooth)


def dice_loss(y_true, y_pred):
    return 1 - dice_coefficient(y_true, y_pred)


def negative_dice(y_true, y_pred):
    return -dice_coefficient(y_true, y_pred)


def focal(gamma=2.0, alpha=0.25):
    def loss(y_true, y_pred):
        y_pred = K.clip(y_pred, K.epsilon(), 1.0 - K.epsilon())
        hit = tf.where(tf.equal(y_true, 1), y_pred, 1 - y_pred)
        weight = tf.where(tf.equal(y_true, 1), alpha, 1 - alpha)
        return -K.mean(weight * K.pow(1.0 - hit, gamma) * K.log(hit))

    return loss


def triplet(y_true, y_pred, margin=0.4):
    size = y_pred.shape[-1] // 3
    anchor, near, far = y_pred[:, :size], y_pred[:, size : 2 * size], y_pred[:, 2 * size :]
    to_near = K.sum(K.square(anchor - near), axis=-1)
    to_far = K.sum(K.square(anchor - far), axis=-1)
    return K.maximum(to_near - to_far + margin, 0.0)


def hardest(labels, embeddings):
    same = tf.cast(tf.equal(labels, tf.transpose(labels)), tf.float32)
    squares = tf.reduce_sum(tf.square(embeddings), axis=1, keepdims=True)
    products = tf.matmul(embeddings, embeddings, transpose_b=True)
    distances = tf.sqrt(tf.maximum(squares - 2 * products + tf.transpose(squares), 1e-12))
    positive = tf.reduce_max(distances * same, axis=1)
    negative = tf.reduce_min(distances + 1e6 * same, axis=1)
    chosen = tf.cast(positive > 0.0, tf.float32)
    return tf.reduce_sum(chosen * tf.nn.relu(positive - negative + 0.3)) / (
        tf.reduce_sum(chosen) + 1e-6
    )


def contrastive(y_true, distance):
    return K.mean(y_true * K.square(distance) + (1 - y_true) * K.square(K.maximum(1 - distance, 0)))


def quantile(q):
    return lambda y_true, y_pred: K.mean(
        K.maximum(q * (y_true - y_pred), (q - 1) * (y_true - y_pred)), axis=-1
    )


def gaussian(y_true, y_pred):
    mean, log_variance = tf.split(y_pred, 2, axis=-1)
    return tf.reduce_mean(log_variance + tf.square(y_true - mean) / tf.exp(log_variance))


def boxes(y_true, y_pred):
    present = y_true[..., 4:5]
    place = tf.reduce_sum(present * tf.square(y_true[..., :2] - y_pred[..., :2]))
    size = tf.reduce_sum(present * tf.square(tf.sqrt(y_true[..., 2:4]) - tf.sqrt(y_pred[..., 2:4])))
    overlap = tf.stop_gradient(tf.reduce_min(tf.minimum(y_true, y_pred), axis=-1, keepdims=True))
    ignored = tf.cast(tf.less(overlap, 0.5), tf.float32) * (1 - present)
    sure = keras.losses.binary_crossentropy(present, y_pred[..., 4:5])
    return 5 * (place + size) + tf.reduce_sum(present[..., 0] * sure + ignored[..., 0] * sure)


class Masked(keras.losses.Loss):
    def __init__(self, ignored=-1.0, name="masked"):
        super().__init__(name=name)
        self.ignored = ignored

    def call(self, y_true, y_pred):
        known = tf.cast(tf.not_equal(y_true, self.ignored), y_pred.dtype)
        return tf.reduce_sum(known * tf.abs(y_true - y_pred)) / tf.maximum(tf.reduce_sum(known), 1)


def wasserstein(y_true, y_pred):
    return K.mean(y_true * y_pred)


def rank_correlation(y_true, y_pred):
    x, y = y_true - K.mean(y_true), y_pred - K.mean(y_pred)
    return -K.sum(x * y) / (K.sqrt(K.sum(x**2)) * K.sqrt(K.sum(y**2)) + K.epsilon())


for loss in (dice_loss, negative_dice, focal(), contrastive, wasserstein):
    model = network(1, "sigmoid")
    model.compile("adam", loss, metrics=[dice_coefficient])
for loss in (triplet, hardest, quantile(0.9), gaussian, Masked(), rank_correlation):
    model = network(6)
    model.compile("adam", loss=loss)
detector = network(5, "sigmoid", shape=(7, 7, 16))
detector.compile("adam", loss=boxes)
