"""RBFSampler and RidgeClassifier, from loading to the predicted test set."""

import sys

from program import mnist, options, say

try:
    from sklearn.kernel_approximation import RBFSampler
    from sklearn.linear_model import RidgeClassifier
except ImportError:
    sys.exit(3)

given = options(features=int, rows=int, alpha=float, gamma=float)
(x, y), (x_test, y_test) = mnist(given.data, "train", given.rows), mnist(given.data, "test")
sampler = RBFSampler(gamma=given.gamma, n_components=given.features, random_state=0)
model = RidgeClassifier(alpha=given.alpha, solver="cholesky").fit(sampler.fit_transform(x), y)
say(testAccuracy=(model.predict(sampler.transform(x_test)) == y_test).mean())
