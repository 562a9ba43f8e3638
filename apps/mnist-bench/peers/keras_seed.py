"""The seed's program in Keras."""

import os
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from peer import Peer, say
from tensorflow import keras
from tensorflow.keras.layers.experimental import RandomFourierFeatures


class Watch(keras.callbacks.Callback):
    """Tells steps and epochs, and keeps apart the seconds of training and of validation."""

    def __init__(self, epochs):
        super().__init__()
        self.epochs, self.records, self.validate = epochs, [], 0.0

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch, self.started, self.told = epoch + 1, time.perf_counter(), 0.0

    def on_train_batch_end(self, batch, logs=None):
        if time.perf_counter() - self.told < 0.1:
            return
        self.told = time.perf_counter()
        at = {"epoch": self.epoch, "epochs": self.epochs}
        steps = {"step": batch + 1, "steps": self.params["steps"]}
        say(type="progress", phase="train", **at, **steps, **logs)

    def on_test_begin(self, logs=None):
        self.testing = time.perf_counter()

    def on_test_end(self, logs=None):
        self.validate += time.perf_counter() - self.testing

    def on_epoch_end(self, epoch, logs=None):
        names = {"loss": "loss", "accuracy": "accuracy"}
        names |= {"valLoss": "val_loss", "valAccuracy": "val_accuracy"}
        record = {"epoch": epoch + 1, **{ours: logs.get(name) for ours, name in names.items()}}
        record["seconds"] = time.perf_counter() - self.started
        self.records.append(record)
        say(type="epoch", epochs=self.epochs, **record)


peer = Peer(
    ["numpy", "tensorflow", "keras"],
    components=int,
    scale=float,
    epochs=int,
    batch_size=int,
    learning_rate=float,
    validation_split=float,
)
given = peer.given
(x, y), (x_test, _) = peer.load(given.validation_split)
with peer.phase("train"):
    keras.utils.set_random_seed(given.seed)
    model = keras.Sequential(
        [
            keras.Input(shape=(x.shape[1],)),
            RandomFourierFeatures(
                output_dim=given.components, scale=given.scale, kernel_initializer="gaussian"
            ),
            keras.layers.Dense(units=10),
        ]
    )
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=given.learning_rate),
        loss=keras.losses.hinge,
        metrics=[keras.metrics.CategoricalAccuracy(name="accuracy")],
    )
    watch = Watch(given.epochs)
    model.fit(
        x,
        keras.utils.to_categorical(y, 10),
        epochs=given.epochs,
        batch_size=given.batch_size,
        validation_split=given.validation_split,
        verbose=0,
        callbacks=[watch],
    )
if given.validation_split > 0:
    peer.seconds["validate"] = watch.validate
    peer.seconds["train"] -= watch.validate
with peer.phase("predict"):
    scores = model.predict(x_test, batch_size=1000, verbose=0)
peer.report(scores, epochs=watch.records)
