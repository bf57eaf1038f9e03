"""The peer of ViewSpeed: the same views with torchvision, one thread.

    python3 view_speed.py FOLDER SIZE SECONDS [pil]

FOLDER holds raw files (32*32*3 bytes) or JPEG files. Tensors by default; "pil" uses Pillow images.
Prints views a second. Needs torchvision (Debian: python3-torchvision).
"""
import io
import pathlib
import sys
import time

import numpy
import torch
from PIL import Image
from torchvision import transforms as T
from torchvision.io import decode_jpeg
from torchvision.transforms.functional import InterpolationMode


def simclr(size, jpeg):
    kernel = max(3, size // 10 | 1)
    return T.Compose([
        T.RandomResizedCrop(size, (0.08, 1.0), interpolation=InterpolationMode.BILINEAR),
        T.RandomHorizontalFlip(0.5),
        T.RandomApply([T.ColorJitter(0.8, 0.8, 0.8, 0.2)], 0.8),
        T.RandomGrayscale(0.2),
        T.RandomApply([T.GaussianBlur(kernel, (0.1, 2.0))], 0.5),
    ])


def main():
    torch.set_num_threads(1)
    folder, size, seconds = pathlib.Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    pil = "pil" in sys.argv[4:]
    entries = [(file.suffix == ".jpg", file.read_bytes()) for file in sorted(folder.iterdir())]
    transform = simclr(size, entries[0][0])

    def image(entry):
        jpeg, data = entry
        if pil:
            return Image.open(io.BytesIO(data)).convert("RGB") if jpeg else Image.fromarray(
                numpy.frombuffer(data, numpy.uint8).reshape(32, 32, 3))
        raw = numpy.frombuffer(data, numpy.uint8).copy()
        return decode_jpeg(torch.from_numpy(raw)) if jpeg else torch.from_numpy(raw.reshape(32, 32, 3)).permute(2, 0, 1)

    def run():
        begin, made, i = time.perf_counter(), 0, 0
        while time.perf_counter() - begin < seconds:
            original = image(entries[i % len(entries)])
            for _ in range(2):
                transform(original)
                made += 1
            i += 1
        return made / (time.perf_counter() - begin)

    run()
    print("%.1f" % run())


main()
