import keras


def known(function):
    keras.utils.get_custom_objects()[function.__name__] = function
    return function
