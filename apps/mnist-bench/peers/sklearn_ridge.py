"""RBFSampler, then RidgeClassifier by Cholesky."""

from mapped import run, sklearn_peer
from sklearn.kernel_approximation import RBFSampler
from sklearn.linear_model import RidgeClassifier

peer = sklearn_peer(components=int, gamma=float, alpha=float)
given = peer.given
run(
    peer,
    RBFSampler(gamma=given.gamma, n_components=given.components, random_state=given.seed),
    RidgeClassifier(alpha=given.alpha, solver="cholesky"),
)
