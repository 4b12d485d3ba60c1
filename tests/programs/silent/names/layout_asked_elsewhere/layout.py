from keras import backend as K


def ordered(channels, side):
    if K.image_data_format() == "channels_first":
        return channels, side, side
    return side, side, channels
