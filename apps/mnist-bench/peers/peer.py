"""What the peers share: options, data, the clock, and the messages of src/run/messages.ts."""

import argparse
import contextlib
import json
import math
import platform
import os
import sys
import threading
import time

import idx
import numpy as np
from examine import examine
from memory import peak_memory

COMMON = {"data": str, "dataset": str, "origin": str, "seed": int}
STEPS = {"features": "train", "predict": "test"}


class Peer:
    """One run. `modules` are those whose versions count; `settings` are its options' types."""

    def __init__(self, modules, **settings):
        parser = argparse.ArgumentParser()
        for name, kind in {**COMMON, **settings}.items():
            parser.add_argument("--" + name.replace("_", "-"), type=kind, required=True)
        parser.add_argument("--rows", type=int, help="the first training rows; default all")
        self.given = parser.parse_args()
        if "MNIST_BENCH_ENDS_WITH_INPUT" in os.environ:
            threading.Thread(target=end_with_input, daemon=True).start()
        self.given.seed %= 2**32  # NumPy takes no more.
        self.modules = modules
        self.seconds = dict.fromkeys(("load", "features", "train", "validate", "predict", "save"))
        self.started = time.perf_counter()

    def load(self, validation_split=0.0):
        """Pixels from 0 to 1 and labels of the training rows, then of the test's."""
        with self.phase("load"):
            folder = self.given.data
            train, self.test = idx.split(folder, "train", self.given.rows), idx.split(folder, "t10k")
            rows = len(train[1])
            fitted = math.floor(rows * (1 - validation_split))
            self.dataset = {
                "name": self.given.dataset,
                "origin": self.given.origin,
                "checksum": idx.checksum(train, self.test),
                "rows": {"train": fitted, "validation": rows - fitted, "test": len(self.test[1])},
            }
            return [(x.astype(np.float32) / 255, y.astype(int)) for x, y in (train, self.test)]

    @contextlib.contextmanager
    def phase(self, name):
        step = STEPS.get(name, name)
        if name != "train" or self.seconds["features"] is None:
            say(type="phase", name=step)
        started = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - started

    def report(self, scores=None, predicted=None, epochs=()):
        """The end: of scores [rows, classes] of the test's rows, or else of their classes."""
        pixels, truth = self.test
        predicted = scores.argmax(1) if predicted is None else predicted
        found = examine(truth.astype(int), predicted.astype(int), pixels, scores)
        versions = {name: sys.modules[name].__version__ for name in self.modules}
        self.seconds["total"] = time.perf_counter() - self.started
        report = {
            "dataset": self.dataset,
            "epochs": list(epochs),
            **found,
            "testLoss": None,
            "seconds": self.seconds,
            "peakMemory": peak_memory(),
            "versions": {"python": platform.python_version(), **versions},
        }
        say(type="report", report=report)


def end_with_input():
    """Who started this holds its input open: a long fit ends when that one is killed."""
    sys.stdin.read()
    os._exit(1)


def say(**message):
    print(json.dumps(finite(message)), flush=True)


def finite(value):
    """JSON knows no NaN: null stands for it."""
    if isinstance(value, dict):
        return {name: finite(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
