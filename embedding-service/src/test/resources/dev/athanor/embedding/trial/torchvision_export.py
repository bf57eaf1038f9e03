# Exports a network of torchvision as docs/own-models.md says, and writes what torchvision itself makes of an image.
# Arguments: a folder with image.png, and one or several ways to interpolate.
import sys

import torch
import torchvision
from PIL import Image
from torchvision import transforms as T

folder, *interpolations = sys.argv[1:]
torch.manual_seed(1)
torch.set_num_threads(1)
model = torchvision.models.resnet18(weights=None).eval()
model.fc = torch.nn.Identity()
torch.onnx.export(
    model,
    torch.zeros(2, 3, 224, 224),
    folder + "/model.onnx",
    input_names=["pixels"],
    output_names=["embedding"],
    dynamic_axes={"pixels": {0: "N"}, "embedding": {0: "N"}},
)
image = Image.open(folder + "/image.png").convert("RGB")
for interpolation in interpolations:
    prepare = T.Compose(
        [
            T.Resize(256, interpolation=T.InterpolationMode(interpolation)),
            T.CenterCrop(224),
            T.ToTensor(),
            T.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
        ]
    )
    with torch.no_grad():
        vector = model(prepare(image)[None])[0]
    vector.numpy().astype("<f4").tofile(f"{folder}/{interpolation}.f32")
