# SPDX-License-Identifier: Apache-2.0
"""/usr/bin/python3 make_csv.py FILE BYTES

About so many bytes of CSV: id, x, y, z and eight columns of text.
"""
import random
import sys

file, size = sys.argv[1], int(sys.argv[2])
random.seed(1)
words = ["".join(random.choices("abcdefghij", k=random.randint(4, 10))) for _ in range(1000)]
block = [
    ",".join(f"{random.uniform(-100, 100):.4f}" for _ in range(3))
    + ","
    + ",".join(random.choice(words) for _ in range(8))
    + "\n"
    for _ in range(100_000)
]
with open(file, "w", buffering=1 << 20) as out:
    out.write("id,x,y,z,a,b,c,d,e,f,g,h\n")
    row = 0
    while out.tell() < size:
        out.write("".join(f"{row + i},{text}" for i, text in enumerate(block)))
        row += len(block)
