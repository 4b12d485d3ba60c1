# silent: KER003 KER011: assertRaises inside subTest, and in a helper method of the test case
import unittest

import keras


class Refused(unittest.TestCase):
    def refuse(self, make):
        with self.assertRaises(ValueError):
            make()

    def test_each(self):
        for rate in (0.1, 0.2):
            with self.subTest(rate=rate), self.assertRaises(ValueError):
                keras.optimizers.Adagrad(lr=rate)

    def test_helper(self):
        self.refuse(lambda: keras.layers.Dropout(0.5, p=0.5))
        self.assertRaisesRegex(ValueError, "lr", lambda: keras.optimizers.Ftrl(lr=1.0))
