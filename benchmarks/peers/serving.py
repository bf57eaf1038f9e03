"""The peer of the embedding-service: what a team would write with FastAPI and PyTorch.

    ENCODER=FOLDER TORCH_THREADS=0 python3 -m uvicorn serving:app --workers 1

FOLDER holds weights.safetensors and card.json as the trainer publishes them; TORCH_THREADS 0 leaves PyTorch its own
choice. Debian: python3-fastapi, python3-uvicorn, python3-httptools, python3-uvloop, python3-torch, python3-pil.
"""
import io
import json
import os
import pathlib
import struct

import fastapi
import numpy
import torch
import torch.nn as nn
import torch.nn.functional as F
from PIL import Image

folder = pathlib.Path(os.environ["ENCODER"])
card = json.loads((folder / "card.json").read_text())
if int(os.environ.get("TORCH_THREADS", "0")):
    torch.set_num_threads(int(os.environ["TORCH_THREADS"]))


class Block(nn.Module):
    def __init__(self, channels, out, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, out, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out)
        self.conv2 = nn.Conv2d(out, out, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out)
        self.downsample = None
        if stride != 1 or channels != out:
            self.downsample = nn.Sequential(nn.Conv2d(channels, out, 1, stride, bias=False), nn.BatchNorm2d(out))

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + (x if self.downsample is None else self.downsample(x)))


class ResNet(nn.Module):
    """He et al. 2015 with one 3x3 convolution as its stem; depth 10 or 18."""

    def __init__(self, depth, width):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        channels = width
        for stage in range(4):
            blocks = []
            for i in range({10: 1, 18: 2}[depth]):
                blocks.append(Block(channels, width << stage, 2 if stage and not i else 1))
                channels = width << stage
            setattr(self, "layer%d" % (stage + 1), nn.Sequential(*blocks))

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return x.mean((2, 3))


def safetensors(path):
    data = path.read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    tensors = {}
    for name, entry in json.loads(data[8:8 + length]).items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            values = numpy.frombuffer(data[8 + length + begin:8 + length + end], dtype="<f4")
            tensors[name] = torch.from_numpy(values.copy().reshape(entry["shape"]))
    return tensors


model = ResNet(card["encoder"]["depth"], card["encoder"]["width"])
missing = model.load_state_dict(safetensors(folder / "weights.safetensors"), strict=False)
assert not missing.unexpected_keys and all(k.endswith("num_batches_tracked") for k in missing.missing_keys), missing
model.eval()

size = (card["input"]["width"], card["input"]["height"])
mean = torch.tensor(card["input"]["mean"]).view(3, 1, 1)
std = torch.tensor(card["input"]["std"]).view(3, 1, 1)
app = fastapi.FastAPI()


@app.get("/health")
async def health():
    return {}


@app.post("/embed")
async def embed(request: fastapi.Request):
    image = Image.open(io.BytesIO(await request.body())).convert("RGB")
    if image.size != size:
        image = image.resize(size, Image.BILINEAR)
    pixels = torch.from_numpy(numpy.array(image)).permute(2, 0, 1)
    with torch.inference_mode():
        h = model(((pixels / 255 - mean) / std).unsqueeze(0))
    return {"embedding": h[0].tolist()}
