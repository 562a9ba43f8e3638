"""What a classifier got wrong, as src/run/examine.ts tells it."""

import base64

import numpy as np


def examine(truth, predicted, pixels, scores=None, most=20):
    """`scores` [rows, classes] tell how wrong a row is; without them the worst rows are not known."""
    confusion = np.zeros((10, 10), int)
    np.add.at(confusion, (truth, predicted), 1)
    return {
        "testAccuracy": float((truth == predicted).mean()),
        "confusion": confusion.tolist(),
        "worst": None if scores is None else worst(truth, predicted, pixels, scores, most),
    }


def worst(truth, predicted, pixels, scores, most):
    rows = np.flatnonzero(truth != predicted)
    margins = scores[rows, truth[rows]] - scores[rows, predicted[rows]]
    return [
        {
            "row": int(rows[i]),
            "truth": int(truth[rows[i]]),
            "predicted": int(predicted[rows[i]]),
            "margin": float(margins[i]),
            "pixels": base64.b64encode(pixels[rows[i]].tobytes()).decode(),
        }
        for i in np.argsort(margins, kind="stable")[:most]
    ]
