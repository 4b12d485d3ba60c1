# silent: KER126 KER103: the target network gets its weights and only predicts
import numpy as np
from tensorflow.keras import Sequential
from tensorflow.keras.layers import Dense, Input


class Agent:
    def __init__(self, states=4, actions=2):
        self.model = self._net(states, actions)
        self.model.compile(loss="mse", optimizer="adam")
        self.target = self._net(states, actions)
        self.target.compile(loss="mse", optimizer="adam", metrics=["accuracy"])
        self.update()

    @staticmethod
    def _net(states, actions):
        return Sequential([Input((states,)), Dense(24, activation="relu"), Dense(actions)])

    def update(self):
        self.target.set_weights(self.model.get_weights())

    def replay(self, batch):
        for s, a, r, s2 in batch:
            q = self.model.predict(s, verbose=0)
            q[0][a] = r + 0.9 * np.max(self.target.predict(s2, verbose=0))
            self.model.fit(s, q, epochs=1, verbose=0)


Agent().replay([(np.zeros((1, 4)), 0, 1.0, np.ones((1, 4)))])
