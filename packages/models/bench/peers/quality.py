"""Data sets and what scikit-learn's tuned SVC, and its calibrated SVC, score on them.

usage: quality.py FOLDER [TABLES]
  FOLDER  gets NAME.json for each set: rows, targets, which columns are numbers, folds, scores
  TABLES  a folder of tables with its tables.json; without it only scikit-learn's own sets
"""

import csv
import json
import os
import sys

import numpy as np
from sklearn import datasets
from sklearn.calibration import CalibratedClassifierCV
from sklearn.metrics import log_loss
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, SVR

FOLDS = 5
CALIBRATED = ["iris", "wine", "breast_cancer", "digits"]


def toy(name):
    loaded = getattr(datasets, "load_" + name)()
    return loaded.data, loaded.target, np.ones(loaded.data.shape[1], bool)


def records(folder, table):
    for name in [table["file"]] + ([table["testFile"]] if "testFile" in table else []):
        quote = table.get("quote") or '"'
        with open(os.path.join(folder, name), newline="") as file:
            for record in csv.reader(file, quotechar=quote, skipinitialspace=True):
                if record:
                    yield [field.strip() for field in record]


def coded(folder, table):
    """One-hot categories, a missing one being a level; numbers and levels, the median for missing ones."""
    missing = {"", "nan", table.get("missingMarker")}
    columns, numeric, y = [], [], None
    for column, field in zip(table["columns"], zip(*records(folder, table))):
        role = column.get("role")
        if role == "ignore":
            continue
        if role == "target":
            if table["task"] == "regression":
                y = np.array(field, float)
            else:
                labels = [label.rstrip(".") for label in field]
                y = np.array([sorted(set(labels)).index(label) for label in labels])
        elif column["kind"] == "categorical":
            levels = sorted(set(field))
            if len(levels) > 1:
                columns += [np.array([value == level for value in field], float) for level in levels]
                numeric += [False] * len(levels)
        else:
            levels = None
            if column["kind"] == "ordinal":
                levels = column.get("levels") or sorted(set(field) - missing)
            read = levels.index if levels else float
            values = np.array([np.nan if value in missing else read(value) for value in field], float)
            values[np.isnan(values)] = np.nanmedian(values)
            columns.append(values)
            numeric.append(True)
    return np.array(columns).T, y, np.array(numeric)


def standardized(x, numeric, train):
    deviation = x[train].std(0)
    deviation[deviation == 0] = 1
    return np.where(numeric, (x - x[train].mean(0)) / deviation, x)


def some(rows, count):
    return rows if len(rows) <= count else np.random.RandomState(0).choice(rows, count, False)


def tuned(z, y, train, test, is_regression):
    """C, gamma and epsilon by three-fold grid search on at most 2,000 rows; fitted on at most 10,000."""
    gamma = 1 / (z.shape[1] * z[train].var())
    grid = {"C": [0.5, 2, 8, 32], "gamma": [gamma / 4, gamma, 4 * gamma]}
    targets = y
    if is_regression:
        grid["epsilon"] = [0.05, 0.2]
        targets = (y - y[train].mean()) / y[train].std()
    few, many = some(train, 2000), some(train, 10000)
    machine = SVR() if is_regression else SVC()
    best = GridSearchCV(machine, grid, cv=3).fit(z[few], targets[few]).best_params_
    return machine.set_params(**best).fit(z[many], targets[many]).score(z[test], targets[test])


def save(folder, name, x, y, numeric, is_regression, split=None):
    rows = len(y)
    folds = np.random.RandomState(7).permutation(rows) % FOLDS if split is None else split
    # Few rows are all tested, many once.
    tested = list(range(FOLDS)) if rows < 2000 else [0]
    scores, probabilities, truths = [], [], []
    for fold in tested:
        train, test = np.where(folds != fold)[0], np.where(folds == fold)[0]
        z = standardized(x, numeric, train)
        scores.append(tuned(z, y, train, test, is_regression))
        if name in CALIBRATED:
            machine = make_pipeline(StandardScaler(), CalibratedClassifierCV(SVC(), cv=5))
            probabilities.append(machine.fit(x[train], y[train]).predict_proba(x[test]))
            truths.append(y[test])
    out = {
        "name": name,
        "regression": is_regression,
        "x": x.tolist(),
        "y": y.tolist(),
        "numeric": numeric.tolist(),
        "folds": folds.tolist(),
        "tested": tested,
        "score": float(np.mean(scores)),
    }
    if probabilities:
        out["logLoss"] = log_loss(np.concatenate(truths), np.concatenate(probabilities))
    with open(os.path.join(folder, name + ".json"), "w") as file:
        json.dump(out, file)
    print(name, flush=True)


def main(folder, tables=None):
    for name in CALIBRATED + ["diabetes"]:
        save(folder, name, *toy(name), name == "diabetes")
    if tables is None:
        return
    with open(os.path.join(tables, "tables.json")) as file:
        listed = json.load(file)["tables"]
    for name, table in listed.items():
        x, y, numeric = coded(tables, table)
        split = np.r_[np.ones(table["rows"], int), np.zeros(table["testRows"], int)] if "testFile" in table else None
        save(folder, "table-" + name, x, y, numeric, table["task"] == "regression", split)


main(*sys.argv[1:])
