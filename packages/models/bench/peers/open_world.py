"""Data sets of rows of one kind and of others, with what scikit-learn's OneClassSVM reaches on them.

usage: open_world.py FOLDER [DATA]
  FOLDER  gets NAME.json for each set: training rows, tested rows, which of these are known, AUROC
  DATA    a folder with mnist, clinc150 and tables; without it only scikit-learn's own sets
"""

import csv
import gzip
import json
import os
import sys

import numpy as np
from sklearn.datasets import load_breast_cancer, load_digits, load_wine
from sklearn.metrics import roc_auc_score
from sklearn.svm import OneClassSVM

MOST = 2000
random = np.random.RandomState(0)


def split(x, known, standardize):
    """Half of the known rows are trained on."""
    own, others = random.permutation(np.where(known)[0]), random.permutation(np.where(~known)[0])
    half = min(len(own) // 2, MOST)
    train, test = x[own[:half]], np.r_[x[own[half : half + MOST]], x[others[:MOST]]]
    y = np.r_[np.ones(len(own[half : half + MOST])), -np.ones(len(others[:MOST]))]
    if standardize:
        mean, deviation = train.mean(0), train.std(0)
        deviation[deviation == 0] = 1
        train, test = (train - mean) / deviation, (test - mean) / deviation
    return train, test, y


def mnist(folder):
    def read(name, offset):
        with gzip.open(os.path.join(folder, "mnist", name)) as file:
            return np.frombuffer(file.read(), np.uint8, offset=offset)

    x = read("t10k-images-idx3-ubyte.gz", 16).reshape(-1, 784) / 255
    return x, read("t10k-labels-idx1-ubyte.gz", 8)


def embeddings(folder, part):
    path = os.path.join(folder, "clinc150", f"embeddings-{part}.f16")
    return np.fromfile(path, np.float16).reshape(-1, 384).astype(float)


def sets(data):
    digits, cancer, wine = load_digits(), load_breast_cancer(), load_wine()
    yield "digits-8", *split(digits.data / 16, digits.target == 8, False)
    yield "digits-0-to-4", *split(digits.data / 16, digits.target < 5, False)
    yield "breast-cancer", *split(cancer.data, cancer.target == 1, True)
    yield "wine", *split(wine.data, wine.target != 2, True)
    if data is None:
        return
    x, y = mnist(data)
    yield "mnist-0-to-2", *split(x, y < 3, False)
    yield "mnist-8", *split(x, y == 8, False)
    train = embeddings(data, "train")
    known, unknown = embeddings(data, "val"), embeddings(data, "oos_val")
    chosen = random.permutation(len(train))[:4000]
    y = np.r_[np.ones(len(known)), -np.ones(len(unknown))]
    yield "clinc150", train[chosen], np.r_[known, unknown], y
    with open(os.path.join(data, "tables", "mammography.csv"), newline="") as file:
        rows = [row for row in csv.reader(file, quotechar="'") if row]
    x = np.array([[float(value) for value in row[:-1]] for row in rows])
    yield "mammography", *split(x, np.array([row[-1] == "-1" for row in rows]), True)


folder, data = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
for name, train, test, y in sets(data):
    # Numbers are as short as they are used here.
    train, test = np.round(train, 5), np.round(test, 5)
    model = OneClassSVM(nu=0.05).fit(train)
    content = {
        "name": name,
        "train": train.tolist(),
        "test": test.tolist(),
        "y": y.tolist(),
        "oneClassSvm": float(roc_auc_score(y, model.score_samples(test))),
    }
    with open(os.path.join(folder, f"{name}.json"), "w") as file:
        json.dump(content, file)
