def ordered(channels, side):
    return side, side, channels
