"""Writes scikit-learn's digits and iris as JSON.

usage: toys.py FOLDER
"""

import json
import os
import sys

from sklearn import datasets

for name in ["digits", "iris"]:
    loaded = getattr(datasets, "load_" + name)()
    with open(os.path.join(sys.argv[1], name + ".json"), "w") as file:
        json.dump({"x": loaded.data.tolist(), "y": loaded.target.tolist()}, file)
