# silent: KER101 KER102: the callers in the other file give units with multi
from nets import net

binary = net()
binary.compile("adam", "binary_crossentropy")
several = net(units=6, multi=True)
several.compile("adam", "categorical_crossentropy")
