# loud: KER005@4: epsilon is not what min_delta is by default
from keras.callbacks import ReduceLROnPlateau

cb = ReduceLROnPlateau(monitor="val_loss", factor=0.2, patience=5, epsilon=0.01)
