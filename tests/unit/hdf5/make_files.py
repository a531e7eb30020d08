#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""make_files.py: writes the files of data/ as h5py, pandas, PyTables and MATLAB write them.

The files are in the repository; run this with Debian's /usr/bin/python3 (python3-h5py, python3-tables,
python3-pandas) after a change. Values follow from the row's number r, so that tests can compute them.
"""

import pathlib

import h5py
import numpy as np
import pandas as pd
import tables

DATA = pathlib.Path(__file__).parent / "data"
ROWS = 60


def new_file(name, **options):
    return h5py.File(DATA / name, "w", **options)


def types():
    """Row r holds r, r + 1/4 where it is a float."""
    r = np.arange(ROWS)
    with new_file("types.h5") as file:
        for name in "i1 i2 i4 i8 u1 u2 u4 u8 f2 f4 f8 >i2 >i8 >f4 >f8".split():
            values = r + 0.25 if "f" in name else r
            file[name.replace(">", "big_")] = values.astype(name)
        file["bool"] = r % 3 == 0
        colours = h5py.enum_dtype({"red": -1, "green": 0, "blue": 7}, basetype="i2")
        file.create_dataset("enum", data=np.array([-1, 0, 7])[r % 3].astype("i2"), dtype=colours)


def layouts():
    """Layouts and filters: row r holds 10 r + i at [i]."""
    r = np.arange(ROWS)
    matrix = (10 * r[:, None] + np.arange(6)).astype("f4")
    with new_file("layouts.h5", libver="latest") as file:
        file["group/contiguous"] = matrix
        file["group/cube"] = matrix.reshape(ROWS, 2, 3).astype("i4")
        compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        compact.set_layout(h5py.h5d.COMPACT)
        space = h5py.h5s.create_simple(matrix.shape)
        file_type = h5py.h5t.IEEE_F32LE
        h5py.h5d.create(file["group"].id, b"compact", file_type, space, compact).write(
            h5py.h5s.ALL, h5py.h5s.ALL, matrix)
        group = file["group"]
        group.create_dataset("chunked", data=matrix, chunks=(16, 6))
        group.create_dataset("tiled", data=matrix, chunks=(16, 4))
        group.create_dataset("growing", data=matrix, chunks=(7, 6), maxshape=(None, 6))
        group.create_dataset("gzip", data=matrix, chunks=(32, 6), compression="gzip", shuffle=True,
                             fletcher32=True)
        group.create_dataset("szip", data=matrix, chunks=(32, 6), compression="szip")
        group.create_dataset("unwritten", (ROWS, 6), "f4", chunks=(32, 6), fillvalue=2.5)
        array = np.dtype(("i2", (2,)))
        array_type = h5py.h5t.py_create(array, logical=True)
        pairs = h5py.h5d.create(group.id, b"pairs", array_type, h5py.h5s.create_simple((ROWS,)))
        pairs.write(h5py.h5s.ALL, h5py.h5s.ALL,
                    np.stack([r, -r], axis=1).astype("i2").reshape(ROWS, 2), array_type)


def word(r):
    """0 to 4 letters, every fifth with one beyond ASCII."""
    return "abcd"[: r % 5] if r % 5 != 4 else "äbc"


def strings():
    r = np.arange(ROWS)
    words = [word(i) for i in r]
    with new_file("strings.h5") as file:
        file.create_dataset("variable", data=words, dtype=h5py.string_dtype("utf-8"), chunks=(16,),
                            compression="gzip")
        file.create_dataset("ascii", data=[w.replace("ä", "a") for w in words],
                            dtype=h5py.string_dtype("ascii"))
        file["zero_padded"] = np.array([w.encode() for w in words], "S5")
        for name, pad, size in (("space_padded", h5py.h5t.STR_SPACEPAD, 6),
                                ("terminated", h5py.h5t.STR_NULLTERM, 5)):
            kind = h5py.h5t.C_S1.copy()
            kind.set_size(size)
            kind.set_strpad(pad)
            dataset = h5py.h5d.create(file.id, name.encode(), kind, h5py.h5s.create_simple((ROWS,)))
            fill = b" " if pad == h5py.h5t.STR_SPACEPAD else b"\0"
            dataset.write(h5py.h5s.ALL, h5py.h5s.ALL,
                          np.array([w.encode().ljust(size, fill) for w in words], f"S{size}"), kind)
        file.create_dataset("two", data=[[w, w.upper()] for w in words], dtype=h5py.string_dtype())
        file.create_dataset("never_written", (ROWS,), h5py.string_dtype())


def compounds():
    r = np.arange(ROWS)
    inner = np.dtype([("x", "f4"), ("y", ">f8")])
    for name, align in (("packed", False), ("aligned", True)):
        kind = np.dtype([("id", "i1"), ("at", inner), ("image", "u2", (2, 2)), ("flag", "?"),
                         ("word", "S3"), ("half", "f2")], align=align)
        rows = np.zeros(ROWS, kind)
        rows["id"] = r
        rows["at"]["x"] = r + 0.5
        rows["at"]["y"] = -r
        rows["image"] = 4 * r[:, None, None] + np.arange(4).reshape(2, 2)
        rows["flag"] = r % 2
        rows["word"] = [word(i).encode()[:3] for i in r]
        rows["half"] = r / 2
        with new_file(f"compound_{name}.h5") as file:
            file.create_dataset("records", data=rows, chunks=(40,), compression="gzip")
    kind = np.dtype([("n", "i4"), ("word", h5py.string_dtype())])
    rows = np.array([(i, word(i)) for i in r], kind)
    with new_file("compound_variable.h5") as file:
        file["records"] = rows
        file["grid"] = rows.reshape(ROWS // 2, 2)
        file["other/records"] = rows


def refused():
    """What cannot be read, a dataset each."""
    with new_file("refused.h5") as file:
        file["float128"] = np.zeros(4, "g")
        file["opaque"] = np.zeros(4, "V3")
        file.create_dataset("reference", (4,), h5py.ref_dtype)
        file.create_dataset("variable", (4,), h5py.vlen_dtype("i4"))
        file["arrays"] = np.zeros(4, [("points", [("x", "i4")], (2,))])
        file["scalar"] = 1.0
        file["nothing"] = h5py.Empty("f4")
        file["short"] = np.zeros(3)
        file["long"] = np.zeros(4)
        file["empty"] = np.zeros((0, 3), "f4")
        file.create_dataset("lzf", data=np.zeros(4), chunks=(4,), compression="lzf")
        file.create_dataset("endless", (2**50, 4), "f8", chunks=(2**10, 4))
        file.create_group("group")["x"] = np.zeros(4)
    with new_file("no_rows.h5") as file:
        file["scalar"] = 1.0


def same_name():
    """Files of one input whose x have different types."""
    for name, kind in (("x_float32.h5", "f4"), ("x_int64.h5", "i8")):
        with new_file(name) as file:
            file["x"] = np.zeros((4, 3), kind)
            file["_i_x/sorted"] = np.zeros(4)  # as an index of PyTables is named


def pandas_files():
    r = np.arange(ROWS)
    frame = pd.DataFrame({"a": r + 0.5, "b": r, "c": -r, "word": [word(i) for i in r]})
    frame.to_hdf(DATA / "pandas_table.h5", key="df", format="table", index=False,
                 complevel=9, complib="zlib")
    frame[["a", "b", "c"]].to_hdf(DATA / "pandas_fixed.h5", key="df", format="fixed")


class Particle(tables.IsDescription):
    name = tables.StringCol(8, pos=0)
    charged = tables.BoolCol(pos=1)
    position = tables.Float32Col(shape=(3,), pos=2)

    class spin(tables.IsDescription):
        up = tables.Int8Col()


def pytables_files():
    with tables.open_file(str(DATA / "pytables.h5"), "w") as file:
        filters = tables.Filters(complevel=5, complib="zlib")
        table = file.create_table("/", "particles", Particle, filters=filters, chunkshape=ROWS)
        for i in range(ROWS):
            row = table.row
            row["name"] = word(i).encode()
            row["charged"] = i % 2
            row["position"] = (i, i + 1, i + 2)
            row["spin/up"] = -i
            row.append()
        table.flush()
    with tables.open_file(str(DATA / "pytables_blosc.h5"), "w") as file:
        filters = tables.Filters(complevel=5, complib="blosc")
        file.create_carray("/", "x", obj=np.zeros(ROWS), filters=filters)


def matlab_file():
    """A = reshape(0:179, 3, 60); names = 'xyz'; flags = true(1, 60), as save -v7.3 lays it out."""
    path = DATA / "matlab_v73.mat"
    with new_file(path.name, userblock_size=512) as file:
        for name, kind, values in (
                ("A", "double", np.arange(3.0 * ROWS).reshape(ROWS, 3)),
                ("names", "char", np.array([[120], [121], [122]], "u2")),
                ("flags", "logical", np.ones((ROWS, 1), "u1"))):
            dataset = file.create_dataset(name, data=values, chunks=values.shape, compression="gzip")
            dataset.attrs["MATLAB_class"] = np.bytes_(kind)
            if kind == "logical":
                dataset.attrs["MATLAB_int_decode"] = np.int32(1)
        cell = file.create_dataset("#refs#/a", data=np.zeros((2, 1)))
        cell.attrs["MATLAB_class"] = np.bytes_("double")
    header = b"MATLAB 7.3 MAT-file, Platform: GLNXA64, Created on: Mon Jan  1 00:00:00 2024 HDF5 schema 1.00 ."
    with open(path, "r+b") as file:
        file.write(header.ljust(116) + bytes(8) + b"\x00\x02IM")


if __name__ == "__main__":
    DATA.mkdir(exist_ok=True)
    for make in (types, layouts, strings, compounds, refused, same_name, pandas_files, pytables_files,
                 matlab_file):
        make()
