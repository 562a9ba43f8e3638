"""RBFSampler, then LinearSVC: the squared hinge by LIBLINEAR's primal solver."""

import math

from mapped import run, sklearn_peer
from sklearn.kernel_approximation import RBFSampler
from sklearn.svm import LinearSVC

peer = sklearn_peer(components=int, gamma=float, cost=float, tolerance=float, iterations=int)
given = peer.given
run(
    peer,
    RBFSampler(gamma=given.gamma, n_components=given.components, random_state=given.seed),
    LinearSVC(C=given.cost, dual=False, tol=given.tolerance, max_iter=given.iterations),
    factor=math.sqrt(given.components / 2),
)
