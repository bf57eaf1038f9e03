"""Applies torchvision's functional operations to raw images, as the lines of a file say.

    python3 torchvision_oracle.py CASES

Each line: MODE INPUT HEIGHT WIDTH CHANNELS OUTPUT, then operations with their arguments, after a "|" each.
MODE says what the operations work on: "float" (tensors 0..1, rounded once at the end), "uint8" (tensors) or "pil".
INPUT and OUTPUT are files of height * width * channels bytes; an INPUT that ends in .jpg or .png is decoded by Pillow.
"""
import sys

import numpy
import torch
from PIL import Image
from torchvision.transforms import functional as F
from torchvision.transforms.functional import InterpolationMode


def load(path, height, width, channels):
    if path.endswith((".jpg", ".png")):
        return Image.open(path).convert("L" if channels == 1 else "RGB")
    pixels = numpy.fromfile(path, numpy.uint8).reshape(height, width, channels)
    return Image.fromarray(pixels[:, :, 0] if channels == 1 else pixels)


def apply(image, operation, arguments):
    numbers = [float(a) for a in arguments]
    whole = [int(n) for n in numbers]
    if operation == "resized_crop":
        top, left, height, width, size_h, size_w = whole
        cropped = F.crop(image, top, left, height, width)
        return F.resize(cropped, [size_h, size_w], InterpolationMode.BILINEAR, antialias=True)
    if operation == "evaluation":
        resized = F.resize(image, whole[0], InterpolationMode.BILINEAR, antialias=True)
        return F.center_crop(resized, whole[0])
    if operation == "crop":
        return F.crop(image, *whole)
    if operation == "gaussian_blur":
        return F.gaussian_blur(image, whole[0], numbers[1])
    if operation == "grey":
        return F.rgb_to_grayscale(image, 3) if isinstance(image, torch.Tensor) else F.to_grayscale(image, 3)
    return getattr(F, operation)(image, *numbers)


def main(cases):
    torch.set_num_threads(1)
    for line in open(cases):
        head, *operations = line.strip().split("|")
        mode, source, height, width, channels, target = head.split(" ")
        image = load(source, int(height), int(width), int(channels))
        if mode != "pil":
            image = F.pil_to_tensor(image)
        if mode == "float":
            image = image.float() / 255
        for operation in operations:
            name, *arguments = operation.split(" ")
            image = apply(image, name, arguments)
        if mode == "float":
            image = (image * 255).round().clamp(0, 255).to(torch.uint8)
        pixels = numpy.asarray(image) if mode == "pil" else image.permute(1, 2, 0).numpy()
        numpy.ascontiguousarray(pixels).tofile(target)


main(sys.argv[1])
