"""Cases that Python's packages time, one JSON line each way. The first line out: the names of the cases."""

import json
import os
import sys
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
CASES = {}


def case(function):
    CASES[function.__name__] = function
    return function


try:
    import numpy as np

    def random(*shape):
        return np.random.default_rng(1).random(shape, np.float32) - np.float32(0.5)

    @case
    def numpy_matmul(m, k, n):
        a, b, out = random(m, k), random(k, n), np.empty((m, n), np.float32)
        return lambda: np.matmul(a, b, out=out)

    @case
    def numpy_transposed(m, k, n):
        a, b = random(k, m), random(k, n)
        return lambda: a.T @ b

    @case
    def numpy_exp(n):
        x, out = random(n), np.empty(n, np.float32)
        return lambda: np.exp(x, out=out)

    @case
    def numpy_eigh(n):
        x = np.random.default_rng(1).random((n, n)) - 0.5
        a = x @ x.T
        return lambda: np.linalg.eigh(a)

    @case
    def numpy_svd(n):
        a = np.random.default_rng(1).random((n, n)) - 0.5
        return lambda: np.linalg.svd(a, full_matrices=False)

    @case
    def numpy_least_squares(n):
        generator = np.random.default_rng(1)
        a, b = generator.random((2 * n, n)) - 0.5, generator.random((2 * n, 1)) - 0.5
        return lambda: np.linalg.lstsq(a, b, rcond=None)

except ImportError:
    pass

try:
    import scipy.linalg

    @case
    def scipy_cholesky(n):
        x = np.random.default_rng(1).random((n, n))
        a = x @ x.T + n * np.eye(n)
        return lambda: scipy.linalg.cholesky(a, lower=True, check_finite=False)

except ImportError:
    pass

try:
    import tensorflow as tf

    @case
    def tensorflow_matmul(m, k, n):
        a, b = tf.constant(random(m, k)), tf.constant(random(k, n))
        return lambda: tf.matmul(a, b)

    def keras_model(inputs, features, units):
        """The seed's program: Fourier features computed anew in every step, a dense layer, hinge, Adam."""
        from tensorflow.keras.layers.experimental import RandomFourierFeatures

        model = tf.keras.Sequential(
            [
                tf.keras.Input(shape=(inputs,)),
                RandomFourierFeatures(output_dim=features, scale=10.0, kernel_initializer="gaussian"),
                tf.keras.layers.Dense(units=units),
            ]
        )
        model.compile(
            optimizer=tf.keras.optimizers.Adam(learning_rate=1e-3),
            loss="hinge",
            metrics=[tf.keras.metrics.CategoricalAccuracy()],
        )
        return model

    def labels(rows, units):
        return np.eye(units, dtype=np.float32)[np.arange(rows) % units]

    @case
    def keras_step(inputs, features, units, batch):
        """One training step."""
        steps = 60
        model = keras_model(inputs, features, units)
        x, y = random(batch * steps, inputs), labels(batch * steps, units)
        model.fit(x, y, batch_size=batch, epochs=1, verbose=0)

        def run():
            model.fit(x, y, batch_size=batch, epochs=1, verbose=0)

        run.count = steps
        return run

    @case
    def keras_fit(rows, inputs, features, units, batch):
        """One epoch, the last fifth of the rows for validation."""
        model = keras_model(inputs, features, units)
        x, y = random(rows, inputs), labels(rows, units)
        return lambda: model.fit(x, y, batch_size=batch, epochs=1, validation_split=0.2, verbose=0)

except ImportError:
    pass

print(json.dumps(list(CASES)), flush=True)
ready = {}
for line in sys.stdin:
    try:
        request = json.loads(line)
        key = json.dumps(request)
        if key not in ready:
            ready[key] = CASES[request["name"]](**request["sizes"])
            ready[key]()
        run, count, start = ready[key], 0, time.perf_counter()
        while True:
            run()
            count += getattr(run, "count", 1)
            seconds = time.perf_counter() - start
            if seconds > 0.015:
                break
        print(json.dumps(1000 * seconds / count), flush=True)
    except Exception as error:
        print(json.dumps({"error": str(error)}), flush=True)
