"""Images and labels in MNIST's format, raw or gzipped, and the checksum of what is used."""

import gzip
import hashlib
import os
import sys

import numpy as np


def read(folder, name):
    for path, reader in ((name, open), (name + ".gz", gzip.open)):
        if os.path.exists(os.path.join(folder, path)):
            with reader(os.path.join(folder, path), "rb") as file:
                return parse(file.read(), name)
    sys.exit(f"{name} is not in {folder}, nor {name}.gz.")


def parse(data, name):
    if len(data) < 4 or data[:3] != b"\0\0\x08":
        sys.exit(f"{name} is no IDX file of bytes.")
    offset = 4 + 4 * data[3]
    shape = np.frombuffer(data, ">i4", count=data[3], offset=4)
    if len(data) != offset + np.prod(shape, dtype=int):
        sys.exit(f"{name} is not as long as its header says.")
    return np.frombuffer(data, np.uint8, offset=offset).reshape(shape)


def split(folder, name, rows=None):
    """Images as bytes [rows, pixels], and labels. All rows, or the first."""
    x, y = read(folder, name + "-images-idx3-ubyte"), read(folder, name + "-labels-idx1-ubyte")
    if rows is not None and rows > len(y):
        sys.exit(f"there are {len(y)} rows in {folder}, not {rows}.")
    return x.reshape(len(x), -1)[:rows], y[:rows]


def checksum(*parts):
    digest = hashlib.sha256()
    for x, y in parts:
        digest.update(x.tobytes())
        digest.update(y.tobytes())
    return "sha256:" + digest.hexdigest()
