# silent: KER001 KER002 KER003: k.backend is a class of the program, tf.keras never met
class k:
    class backend:
        @staticmethod
        def set_image_dim_ordering(order):
            return order

    class layers:
        @staticmethod
        def Dense(output_dim, init=None):
            return output_dim, init


K = k.backend
print(K.set_image_dim_ordering("th"))
print(k.layers.Dense(output_dim=3, init="uniform"))
