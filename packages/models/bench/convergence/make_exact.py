"""Exact kernel machines on small data, which machines on random features come near as features grow.

Writes exact.json: rows, targets, test rows, and the decisions of scikit-learn's exact machines there.
Run with scikit-learn 1.9: python make_exact.py
"""
import json
import os
import numpy as np
from scipy.optimize import minimize
from sklearn.datasets import make_moons
from sklearn.kernel_ridge import KernelRidge
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.svm import SVC

SCALE, ALPHA, C = 0.7, 0.1, 2.0
gamma = 1 / (2 * SCALE**2)
x, label = make_moons(150, noise=0.2, random_state=0)
test, _ = make_moons(100, noise=0.2, random_state=1)
x, test = np.float32(x), np.float32(test)
y = np.where(label == 1, 1.0, -1.0)
numbers = np.sin(2 * x[:, 0]) + x[:, 1]

# All machines have a bias that is not penalized; scikit-learn's KernelRidge has none, so its equations
# are extended by one (the least-squares SVM's system). Without the bias they are KernelRidge's:
K, K_test = rbf_kernel(x, gamma=gamma).astype(float), rbf_kernel(test, x, gamma=gamma).astype(float)
plain = KernelRidge(alpha=ALPHA, kernel="rbf", gamma=gamma).fit(x, numbers)
assert np.allclose(plain.dual_coef_, np.linalg.solve(K + ALPHA * np.eye(150), numbers), atol=1e-4)
ones = np.ones((150, 1))
system = np.block([[K + ALPHA * np.eye(150), ones], [ones.T, np.zeros((1, 1))]])
*dual, bias = np.linalg.solve(system, np.append(numbers, 0))
ridge = K_test @ dual + bias

svc = SVC(C=C, gamma=gamma, tol=1e-8).fit(x, y)

# The squared hinge over dual weights a (f = K·a + b), ‖f‖² = aᵀKa.
def objective(v):
    f = K @ v[:-1] + v[-1]
    slack = np.maximum(0, 1 - y * f)
    g = -2 * C * y * slack
    return 0.5 * v[:-1] @ K @ v[:-1] + C * slack @ slack, np.append(K @ (v[:-1] + g), g.sum())

found = minimize(objective, np.zeros(151), jac=True, method="L-BFGS-B",
                 options={"maxiter": 200_000, "maxfun": 400_000, "ftol": 1e-16, "gtol": 1e-9})
squared = K_test @ found.x[:-1] + found.x[-1]

rounded = lambda values, digits=6: np.round(np.asarray(values, float), digits).tolist()
out = {
    "scale": SCALE, "alpha": ALPHA, "C": C,
    "x": rounded(x), "test": rounded(test), "numbers": rounded(numbers), "labels": label.tolist(),
    "ridge": rounded(ridge),
    "svc": rounded(svc.decision_function(test)),
    "squaredHinge": rounded(squared),
}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "exact.json"), "w") as file:
    json.dump(out, file)
