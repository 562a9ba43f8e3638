"""LIBSVM as scikit-learn has it: the exact kernel machine, one class against one."""

from peer import Peer
from sklearn.svm import SVC

peer = Peer(["numpy", "scipy", "sklearn"], cost=float, gamma=float, cache=int)
given = peer.given
(x, y), (x_test, _) = peer.load()
with peer.phase("train"):
    model = SVC(C=given.cost, gamma=given.gamma, cache_size=given.cache).fit(x, y)
with peer.phase("predict"):
    # By votes among pairs of classes: there is no score a class.
    predicted = model.predict(x_test)
peer.report(predicted=predicted)
