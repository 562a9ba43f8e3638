# Reads a file by pandas so many times; prints the seconds of each.
import json
import sys
import time

import pandas

path, rounds = sys.argv[1], int(sys.argv[2])
seconds = []
for _ in range(rounds):
    start = time.perf_counter()
    rows = len(pandas.read_csv(path))
    seconds.append(time.perf_counter() - start)
print(json.dumps({"version": pandas.__version__, "rows": rows, "seconds": seconds}))
