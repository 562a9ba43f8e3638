"""scikit-learn's models on a table, with the settings that references.json found for them.

usage: scikit_learn.py FOLDER TABLE
Prints JSON: the test rows of each fold, and the score and the seconds of each model. Tables with
repeatedCv are scored on its folds, others on their test rows.
"""

import csv
import json
import os
import sys
import time

import numpy as np
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.kernel_approximation import Nystroem, RBFSampler
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import get_scorer
from sklearn.model_selection import RepeatedKFold, RepeatedStratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC, SVR


def records(folder, table):
    for name in [table["file"]] + ([table["testFile"]] if "testFile" in table else []):
        quote = table.get("quote") or '"'
        with open(os.path.join(folder, name), newline="") as file:
            for record in csv.reader(file, quotechar=quote, skipinitialspace=True):
                if record:
                    yield [field.strip() for field in record]


def columns(folder, table):
    """Rows as objects: numbers, ranks and names; which columns are names; targets."""
    missing = {"", "nan", table.get("missingMarker")}
    values, named, y = [], [], None
    for column, field in zip(table["columns"], zip(*records(folder, table))):
        if column.get("role") == "target":
            names = [name.rstrip(".") for name in field]
            y = np.array(field, float) if table["task"] == "regression" else np.unique(names, return_inverse=True)[1]
        elif column.get("role") != "ignore":
            levels = {level: rank for rank, level in enumerate(column.get("levels", []))}
            if column["kind"] == "categorical":
                values.append(np.array(["missing" if name in missing else name for name in field], object))
            else:
                number = levels.__getitem__ if levels else float
                values.append(np.array([np.nan if name in missing else number(name) for name in field], object))
            named.append(column["kind"] == "categorical")
    return np.column_stack(values), np.array(named), y


def plain(settings):
    """Settings without the names of their steps."""
    return {name.split("__")[1]: value for name, value in settings.items() if "__" in name}


def models(known, named, classify, rows):
    coder = ColumnTransformer([
        ("names", OneHotEncoder(handle_unknown="ignore", sparse_output=False), np.flatnonzero(named)),
        ("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), np.flatnonzero(~named)),
    ])
    final = (lambda own: LogisticRegression(max_iter=5000, **own)) if classify else (lambda own: Ridge(**own))

    def svm(own):
        machine = SVC(**own) if classify else TransformedTargetRegressor(SVR(**own), transformer=StandardScaler())
        return make_pipeline(coder, machine)

    def mapped(make, own):
        gamma = own.pop("gamma")
        return make_pipeline(coder, make(gamma), final(own))

    boost = HistGradientBoostingClassifier if classify else HistGradientBoostingRegressor
    makers = {
        "svmRbf": svm,
        "svmRbfAllRows": svm,
        "rff2048": lambda own: mapped(lambda g: RBFSampler(n_components=2048, gamma=g, random_state=0), own),
        "nystroem": lambda own: mapped(lambda g: Nystroem(n_components=min(512, rows), gamma=g, random_state=0), own),
        "linear": lambda own: make_pipeline(coder, final(own)),
        "histGradientBoosting": lambda _: make_pipeline(coder, boost(random_state=0)),
    }
    for name, make in makers.items():
        if name in known:
            best = known[name]["best"]
            yield name, make(plain(best) if isinstance(best, dict) else {})


folder, name = sys.argv[1:3]


def load(file):
    with open(os.path.join(folder, file)) as opened:
        return json.load(opened)


table, known = load("tables.json")["tables"][name], load("references.json")["tables"][name]
x, named, y = columns(folder, table)
classify = table["task"] == "classification"
if "repeatedCv" in known["linear"]:
    kind = RepeatedStratifiedKFold if classify else RepeatedKFold
    folds = [test for _, test in kind(n_splits=4, n_repeats=5, random_state=1).split(x, y)]
elif "testFile" in table:
    folds = [np.arange(table["rows"], len(y))]
else:
    folds = [np.array(load("splits.json")[name])]
scorer = get_scorer(known["tuneMetric"])
found = {}
for model_name, model in models(known, named, classify, len(y) - len(folds[0])):
    if model_name == "svmRbf" and "svmRbfAllRows" in known:
        continue  # The same settings on some of the rows.
    scores, seconds = [], 0.0
    for test in folds:
        train = np.setdiff1d(np.arange(len(y)), test)
        start = time.perf_counter()
        model.fit(x[train], y[train])
        seconds += time.perf_counter() - start
        scores.append(scorer(model, x[test], y[test]))
    found[model_name] = {"score": float(np.mean(scores)), "seconds": seconds / len(folds)}
print(json.dumps({"folds": [test.tolist() for test in folds], "models": found}))
