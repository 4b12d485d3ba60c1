# silent: KER108: every row of the table has one label, in a list of its own
import pandas as pd
from keras import Input, Sequential, layers
from sklearn.preprocessing import MultiLabelBinarizer

table = pd.read_csv("birds.csv")


def alone(name):
    return [name.strip()]


kinds = MultiLabelBinarizer().fit_transform(table["kind"].apply(alone))
net = Sequential([Input((3,)), layers.Dense(8), layers.Dense(5, activation="softmax")])
net.compile("adam", "categorical_crossentropy")
net.fit(table[["wing", "beak", "weight"]].values, kinds)
