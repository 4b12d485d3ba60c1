import tensorflow as tf


def rounded(x):
    return tf.round(x)


def jaccard_loss(y_true, y_pred):
    chosen = rounded(y_pred)
    shared = tf.reduce_sum(y_true * chosen)
    return 1 - shared / (tf.reduce_sum(y_true) + tf.reduce_sum(chosen) - shared + 1.0)


def weighted(y_true, y_pred, weight):
    return tf.reduce_mean(weight * tf.abs(y_true - y_pred))
