"""Patch features, random Fourier features and ridge regression.

Filters are random training patches less their mean, of norm 1. An image's responses above a threshold
are averaged over a grid of gaussian windows; their square roots, centred and scaled as a whole, get
gaussian Fourier features of scale 2 sqrt(width). Ridge: l2 n = ridge x the mean of the Gram's diagonal.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from peer import Peer
from scipy.linalg import cho_factor, cho_solve

SIDE, PATCH, PADDING, GRID, THRESHOLD = 28, 5, 1, 7, 0.3
PLACES = SIDE + 2 * PADDING - PATCH + 1  # of a patch, each way

peer = Peer(["numpy", "scipy"], filters=int, components=int, ridge=float)
given = peer.given
random = np.random.default_rng(given.seed)


def patches(x):
    """[rows, places, pixels of a patch]"""
    images = np.pad(x.reshape(-1, SIDE, SIDE), ((0, 0), (PADDING, PADDING), (PADDING, PADDING)))
    windows = sliding_window_view(images, (PATCH, PATCH), axis=(1, 2))
    return windows.reshape(len(x), PLACES**2, PATCH**2)


def draw_filters(x):
    found = []
    while len(found) < given.filters:
        all_places = patches(x[random.integers(len(x), size=1)])[0]
        patch = all_places[random.integers(PLACES**2)]
        patch = patch - patch.mean()
        norm = np.linalg.norm(patch)
        if norm > 1e-3:  # A patch of the background has no direction.
            found.append(patch / norm)
    return np.array(found).T


def draw_windows():
    """[grid cells, places]"""
    cell = PLACES / GRID
    centres = (np.arange(GRID) + 0.5) * cell
    offsets = np.arange(PLACES) + 0.5 - centres[:, None]
    bells = np.exp(-(offsets**2) / (2 * (cell / 1.5) ** 2))
    bells /= bells.sum(axis=1, keepdims=True)
    return np.kron(bells, bells).astype(np.float32)


def by_blocks(function, x, rows):
    return np.concatenate([function(x[at : at + rows]) for at in range(0, len(x), rows)])


def pooled(x):
    responses = np.maximum(patches(x) @ filters - np.float32(THRESHOLD), 0)
    return np.sqrt(windows @ responses).reshape(len(x), -1)


def fourier(z):
    return np.cos(z @ frequencies + offsets)


(x, y), (x_test, _) = peer.load()
with peer.phase("features"):
    filters, windows = draw_filters(x), draw_windows()
    z = by_blocks(pooled, x, 500)
    mean = z.mean(axis=0)
    z -= mean
    deviation = z.std()
    z /= deviation
with peer.phase("train"):
    width, count = z.shape[1], given.components
    frequencies = random.standard_normal((width, count), np.float32) / (2 * np.sqrt(width, dtype=np.float32))
    offsets = random.uniform(0, 2 * np.pi, count).astype(np.float32)
    codes = np.where(y[:, None] == np.arange(10), 1, -1).astype(np.float32)
    # With few rows the Gram matrix is singular but for the ridge, which float32's rounding exceeds.
    precision = np.float64 if len(z) < 4 * count else np.float32
    gram, products = np.zeros((count, count)), np.zeros((count, 10))
    for at in range(0, len(z), 4000):
        block = fourier(z[at : at + 4000]).astype(precision, copy=False)
        gram += block.T @ block
        products += block.T @ codes[at : at + 4000]
    gram[np.diag_indices(count)] += given.ridge * gram.diagonal().mean()
    weights = cho_solve(cho_factor(gram, overwrite_a=True), products).astype(np.float32)
with peer.phase("predict"):
    scores = by_blocks(lambda block: fourier((pooled(block) - mean) / deviation) @ weights, x_test, 500)
peer.report(scores)
