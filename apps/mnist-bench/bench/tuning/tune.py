"""The recipe of the variants fast, best and limit in NumPy, to choose settings on held-out rows.

    KERNEL_METHODS_DATA=FOLDER python tune.py --seeds 0,1,2 '{"deskew": true, "grid": 6}' …

Trains on the first 50,000 training rows of MNIST and counts errors on the last 10,000; it never opens
the test set. One JSON line for each setting, as in results.jsonl. Needs numpy, scipy, tensorflow.
"""
import argparse, gzip, json, os
import numpy as np
import tensorflow as tf
from scipy.linalg import blas, cho_factor, cho_solve

BASE = dict(deskew=False, filters=32, patchSize=5, grid=7, padding=1, threshold=0.3,
            scaleFactor=2.0, outputDim=4096, l2=1e-6)
TRAIN, FIT = 50_000, 4096


def read(name, header):
    path = os.path.join(os.environ['KERNEL_METHODS_DATA'], 'mnist', f'train-{name}-ubyte.gz')
    with gzip.open(path) as f:
        return np.frombuffer(f.read(), np.uint8, offset=header)


def deskew(x):
    """As `deskew` of the package datasets."""
    p = x.astype(np.float64)
    ys, xs = np.arange(28), np.arange(28)
    rows, row_x = p.sum(2), p @ np.arange(28)
    sx, sy, sxy, syy = row_x.sum(1), rows @ ys, row_x @ ys, rows @ (ys * ys)
    centre = sy / rows.sum(1)
    shift = ((sxy - centre * sx) / (syy - centre * sy))[:, None] * (ys - centre[:, None])
    whole = np.floor(shift).astype(int)
    part, at = (shift - whole)[..., None], xs + whole[..., None]
    padded = np.pad(p, ((0, 0), (0, 0), (1, 1)))
    left, right = (np.take_along_axis(padded, np.clip(i + 1, 0, 29), 2) for i in (at, at + 1))
    return np.floor(left + part * (right - left) + 0.5).astype(np.uint8)


def draw_filters(rng, x, c):
    size, p = c['patchSize'], c['padding']
    padded, filters = np.pad(x, ((0, 0), (p, p), (p, p))), []
    places = padded.shape[1] - size + 1
    while len(filters) < c['filters']:
        image, top, left = rng.integers(len(x)), rng.integers(places), rng.integers(places)
        patch = padded[image, top:top + size, left:left + size].ravel()
        patch = patch - patch.mean()
        norm = np.linalg.norm(patch)
        if norm > 1e-6:
            filters.append(patch / norm)
    return np.stack(filters, 1).reshape(size, size, 1, -1).astype(np.float32)


def responses(x, filters, c):
    p, g = c['padding'], c['grid']
    length = 28 + 2 * p - c['patchSize'] + 1
    cell, at = length / g, np.arange(length)
    w = np.exp(-(1.5 * (at - (np.arange(g)[:, None] + 0.5) * cell + 0.5) / cell) ** 2 / 2)
    windows = tf.constant((w / w.sum(1, keepdims=True)).astype(np.float32))

    @tf.function
    def block(images):
        padded = tf.pad(images, [[0, 0], [p, p], [p, p], [0, 0]])
        r = tf.nn.relu(tf.nn.conv2d(padded, filters, 1, 'VALID') - c['threshold'])
        n = tf.shape(r)[0]
        r = tf.matmul(windows, tf.reshape(r, [n, length, -1]))
        r = tf.matmul(windows, tf.reshape(r, [n * g, length, -1]))
        return tf.sqrt(tf.maximum(tf.reshape(r, [n, g * g * filters.shape[3]]), 1e-12))

    blocks = (x[i:i + 500, ..., None].astype(np.float32) / 255 for i in range(0, len(x), 500))
    return np.concatenate([block(tf.constant(b)).numpy() for b in blocks])


def patch_features(x, c, seed):
    """As `convolutionalFeatures`; what is learnt comes from 4,096 of the training rows."""
    rng = np.random.default_rng([seed, 1])
    picked = np.sort(rng.permutation(TRAIN)[:FIT])
    z = responses(x, draw_filters(rng, x[picked] / 255.0, c), c)
    some = z[picked]
    return (z - some.mean(0)) / np.sqrt(some.var(0, dtype=np.float64).mean()).astype(np.float32)


def errors(x, y, c, seed):
    """Errors on the held-out rows, and their mean squared error: Fourier features and ridge."""
    z, n, d = patch_features(x, c, seed), TRAIN, c['outputDim']
    rng = np.random.default_rng([seed, 2])
    width = z.shape[1]
    w = rng.standard_normal((width, d), np.float32) / np.float32(c['scaleFactor'] * np.sqrt(width))
    b = (2 * np.pi * rng.random(d)).astype(np.float32)
    t = np.where(y[:, None] == np.arange(10), 1, -1).astype(np.float32)
    gram, cross, total = np.zeros((d, d), np.float32, order='F'), np.zeros((d, 10)), np.zeros(d)
    for i in range(0, n, 5000):
        phi = np.cos(z[i:i + 5000] @ w + b)
        gram = blas.ssyrk(1.0, phi.T, beta=1.0, c=gram, trans=0, lower=1, overwrite_c=1)
        cross += phi.T @ t[i:i + 5000]
        total += phi.sum(0, dtype=np.float64)
    mean, t_mean = total / n, t[:n].mean(0, dtype=np.float64)
    centred = np.asfortranarray(gram.astype(np.float64) - n * np.outer(mean, mean))
    # l2 is of mean loss + (l2/2)‖W‖², the loss a mean over ten outputs.
    centred[np.diag_indices(d)] += c['l2'] * n * 10 / 2
    factor = cho_factor(centred, lower=True, overwrite_a=True)
    head = cho_solve(factor, cross - n * np.outer(mean, t_mean))
    s = np.cos(z[n:] @ w + b) @ head + (t_mean - mean @ head)
    return int((s.argmax(1) != y[n:]).sum()), float(((s - t[n:]) ** 2).mean())


parser = argparse.ArgumentParser()
parser.add_argument('settings', nargs='+', type=json.loads)
parser.add_argument('--seeds', default='0,1,2')
options = parser.parse_args()
images, labels = read('images-idx3', 16).reshape(-1, 28, 28), read('labels-idx1', 8)
for change in options.settings:
    c = {**BASE, **change}
    x = deskew(images) if c['deskew'] else images
    runs = [errors(x, labels, c, int(seed)) for seed in options.seeds.split(',')]
    mse = round(float(np.mean([r[1] for r in runs])), 6)
    print(json.dumps({**c, 'errors': [r[0] for r in runs], 'mse': mse}), flush=True)
