"""RBFSampler, then SGDClassifier with the hinge loss: a linear machine for each class, on all cores."""

import math

from mapped import run, sklearn_peer
from sklearn.kernel_approximation import RBFSampler
from sklearn.linear_model import SGDClassifier

peer = sklearn_peer(components=int, gamma=float, alpha=float, epochs=int)
given = peer.given
run(
    peer,
    RBFSampler(gamma=given.gamma, n_components=given.components, random_state=given.seed),
    SGDClassifier(
        loss="hinge",
        alpha=given.alpha,
        max_iter=given.epochs,
        tol=None,
        n_jobs=-1,
        random_state=given.seed,
    ),
    factor=math.sqrt(given.components / 2),
)
