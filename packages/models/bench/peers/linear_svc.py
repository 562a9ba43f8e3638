"""LinearSVC on given cosine features; the seconds are those of its fit, without the features.

Its objective for each class, 0.5 |w|^2 + C sum max(0, 1 - y f)^2, is that of mean squared hinge over
rows and classes + (l2 / 2) |W|^2, divided by C n k, with l2 = 1 / (C n k); but it penalizes the intercept
as well, which is left out in what is said here.
"""

import sys
import time

import numpy as np
from program import mnist, options, say

try:
    from sklearn.svm import LinearSVC
except ImportError:
    sys.exit(3)

given = options(map=str, features=int, rows=int, l2=float)
(x, y), (x_test, y_test) = mnist(given.data, "train", given.rows), mnist(given.data, "test")
values = np.fromfile(given.map, np.float32)
w, b = values[: 784 * given.features].reshape(784, -1), values[784 * given.features :]


def features(pixels):
    z = pixels @ w
    z += b
    return np.cos(z, out=z)


z, units = features(x), 10
C = 1 / (given.l2 * len(y) * units)
started = time.perf_counter()
model = LinearSVC(C=C, dual=False, tol=1e-2, max_iter=50).fit(z, y)
seconds = time.perf_counter() - started
codes = np.where(y[:, None] == np.arange(units), 1.0, -1.0)
scores = (z @ model.coef_.T.astype(np.float32) + model.intercept_).astype(np.float64)
hinge = np.maximum(0, 1 - codes * scores)
say(
    seconds=seconds,
    objective=(hinge**2).mean() + given.l2 / 2 * (model.coef_**2).sum(),
    testAccuracy=(model.predict(features(x_test)) == y_test).mean(),
)
