# silent: KER103 KER104 KER105 KER126: the generator of a class is compiled, and trained only inside `combined`
import numpy as np
from keras.layers import Dense, Input, LeakyReLU
from keras.models import Model, Sequential
from keras.optimizers import Adam


class GAN:
    def __init__(self):
        self.latent_dim = 10
        self.discriminator = self.build_discriminator()
        self.discriminator.compile(loss="binary_crossentropy", optimizer=Adam(0.0002, 0.5), metrics=["accuracy"])
        self.generator = self.build_generator()
        self.generator.compile(loss="binary_crossentropy", optimizer=Adam(0.0002, 0.5))
        z = Input(shape=(self.latent_dim,))
        img = self.generator(z)
        self.discriminator.trainable = False
        self.combined = Model(z, self.discriminator(img))
        self.combined.compile(loss="binary_crossentropy", optimizer=Adam(0.0002, 0.5))

    def build_generator(self):
        return Sequential([Input((self.latent_dim,)), Dense(32), LeakyReLU(0.2), Dense(16, activation="tanh")])

    def build_discriminator(self):
        return Sequential([Input((16,)), Dense(32), LeakyReLU(0.2), Dense(1, activation="sigmoid")])

    def train(self, x, epochs, batch=8):
        for _ in range(epochs):
            noise = np.random.normal(0, 1, (batch, self.latent_dim))
            fake = self.generator.predict(noise, verbose=0)
            self.discriminator.trainable = True
            self.discriminator.train_on_batch(x[:batch], np.ones((batch, 1)))
            self.discriminator.train_on_batch(fake, np.zeros((batch, 1)))
            self.discriminator.trainable = False
            self.combined.train_on_batch(noise, np.ones((batch, 1)))


if __name__ == "__main__":
    GAN().train(np.random.uniform(-1, 1, (16, 16)), 1)
