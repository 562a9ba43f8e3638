"""The seed's program in Keras; the seconds are those of `fit`."""

import sys
import time

from program import mnist, options, say

try:
    from tensorflow import keras
    from tensorflow.keras.layers.experimental import RandomFourierFeatures
except ImportError:
    sys.exit(3)

given = options(seed=int, epochs=int, rows=int, output_dim=int)
(x, y), (x_test, y_test) = mnist(given.data, "train", given.rows), mnist(given.data, "test")
y, y_test = keras.utils.to_categorical(y, 10), keras.utils.to_categorical(y_test, 10)
keras.utils.set_random_seed(given.seed)
model = keras.Sequential(
    [
        keras.Input(shape=(784,)),
        RandomFourierFeatures(
            output_dim=given.output_dim or 4096, scale=10.0, kernel_initializer="gaussian"
        ),
        keras.layers.Dense(units=10),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(learning_rate=1e-3),
    loss=keras.losses.hinge,
    metrics=[keras.metrics.CategoricalAccuracy(name="accuracy")],
)
started = time.perf_counter()
history = model.fit(
    x, y, epochs=given.epochs or 20, batch_size=128, validation_split=0.2, verbose=0
).history
seconds = time.perf_counter() - started
last = history["val_accuracy"][-5:]
say(
    seconds=seconds,
    valAccuracyLast5=sum(last) / len(last),
    testAccuracy=model.evaluate(x_test, y_test, batch_size=1000, verbose=0)[1],
)
