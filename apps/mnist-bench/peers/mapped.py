"""A feature map of scikit-learn's, then a linear classifier."""

import warnings

from peer import Peer
from sklearn.exceptions import ConvergenceWarning


def sklearn_peer(**settings):
    return Peer(["numpy", "scipy", "sklearn"], **settings)


def run(peer, feature_map, classifier, factor=1.0):
    """`factor` multiplies the features: RBFSampler's have norm 1, which not every solver likes."""
    warnings.simplefilter("ignore", ConvergenceWarning)  # The number of passes is a setting.
    (x, y), (x_test, _) = peer.load()
    with peer.phase("features"):
        z = scaled(feature_map.fit_transform(x), factor)
    with peer.phase("train"):
        classifier.fit(z, y)
    with peer.phase("predict"):
        scores = classifier.decision_function(scaled(feature_map.transform(x_test), factor))
    peer.report(scores)


def scaled(z, factor):
    if factor != 1:
        z *= factor
    return z
