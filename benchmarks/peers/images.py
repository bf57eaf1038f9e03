"""Writes what the speed of views is measured on: FOLDER/raw (32x32 RGB) and FOLDER/jpeg (500x375, quality 90)."""
import pathlib
import sys

import numpy
from PIL import Image, ImageFilter

random = numpy.random.default_rng(0)
folder = pathlib.Path(sys.argv[1])
for name in ("raw", "jpeg"):
    (folder / name).mkdir(parents=True, exist_ok=True)
for i in range(64):
    small = random.integers(0, 256, (24, 32, 3), dtype=numpy.uint8)
    large = Image.fromarray(small).resize((500, 375), Image.BICUBIC).filter(ImageFilter.DETAIL)
    large.save(folder / "jpeg" / ("%03d.jpg" % i), quality=90)
    (folder / "raw" / ("%03d.bin" % i)).write_bytes(large.resize((32, 32), Image.BILINEAR).tobytes())
