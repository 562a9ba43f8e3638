"""TF-IDF with LinearSVC on CLINC150, as the reference: prints what bench/programs/text.ts prints."""
import json
import pickle
import resource
import sys
import time

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.svm import LinearSVC

data = json.load(open(sys.argv[1] + "/data_full.json"))


def split(name):
    return [text for text, _ in data[name]], [label for _, label in data[name]]


terms = FeatureUnion([
    ("words", TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)),
    ("characters", TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)),
])
model = Pipeline([("terms", terms), ("svc", LinearSVC(C=3))])
start = time.perf_counter()
model.fit(*split("train"))
seconds = time.perf_counter() - start
megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
texts, labels = split("test")
times = []
for text in texts[:300]:
    before = time.perf_counter()
    model.predict([text])
    times.append(1000 * (time.perf_counter() - before))
print(json.dumps({
    "engine": "one thread",
    "fitSeconds": seconds,
    "accuracy": model.score(texts, labels),
    "validationAccuracy": model.score(*split("val")),
    "modelBytes": len(pickle.dumps(model)),
    "predictMilliseconds": sorted(times)[150],
    "fitMegabytes": megabytes,
    "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
