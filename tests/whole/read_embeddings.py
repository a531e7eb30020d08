# SPDX-License-Identifier: Apache-2.0
"""read_embeddings.py FILE MINI_BATCH_SIZE: the names of the rows of a table that the entry script
embeddings made of files that are named by their numbers, a line each. Fails with the reason unless
every row is what the script said and came from where it says."""
import sys

import h5py
import numpy
import pandas

path, size = sys.argv[1], int(sys.argv[2])
with h5py.File(path) as table:
    assert sorted(table) == ["embedding", "item", "label", "mini_batch", "name"], list(table)
    assert table["embedding"].dtype == numpy.float32 and table["embedding"].shape[1:] == (8,)
    assert table["label"].dtype == numpy.int32 and table["item"].dtype == numpy.uint64
    assert table["item"].attrs["description"] == b"number of the row's item in its mini-batch"
    compressions = {column.compression for column in table.values()}
    frame = pandas.DataFrame({name: table[name][()] for name in ("mini_batch", "item", "label", "name")})
    embedding = table["embedding"][()]

names = frame["name"].str.decode("utf-8")
number = names.str[1:].astype(int).to_numpy()
assert (frame["mini_batch"] * size + frame["item"] == number).all(), "rows of other items"
assert (frame["label"] == number % 7).all(), "labels"
assert (embedding == number[:, None] + numpy.arange(8) * numpy.float32(0.25)).all(), "embeddings"
print("compression", *compressions)
for name in names:
    print(name)
