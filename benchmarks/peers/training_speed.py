"""The peer of TrainingSpeed: the same network, operations and batches in PyTorch eager mode.

    python3 training_speed.py WARMUP_STEPS TIMED_STEPS THREADS [channels-last]

Prints the median over the timed steps, in samples a second. Needs PyTorch (Debian: python3-torch).
"""
import math
import statistics
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

BATCH, SIZE, WIDTH = 256, 28, 16


class Block(nn.Module):
    def __init__(self, channels, out, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, out, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out)
        self.conv2 = nn.Conv2d(out, out, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out)
        self.shortcut = nn.Identity()
        if stride != 1 or channels != out:
            self.shortcut = nn.Sequential(
                nn.Conv2d(channels, out, 1, stride, bias=False), nn.BatchNorm2d(out))

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(y)) + self.shortcut(x))


def network():
    dimensions = 8 * WIDTH
    return nn.Sequential(
        nn.Conv2d(1, WIDTH, 3, 1, 1, bias=False), nn.BatchNorm2d(WIDTH), nn.ReLU(),
        Block(WIDTH, WIDTH, 1), Block(WIDTH, 2 * WIDTH, 2),
        Block(2 * WIDTH, 4 * WIDTH, 2), Block(4 * WIDTH, 8 * WIDTH, 2),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        nn.Linear(dimensions, dimensions, bias=False), nn.BatchNorm1d(dimensions), nn.ReLU(),
        nn.Linear(dimensions, 64))


def nt_xent(z):
    z = F.normalize(z, dim=1)
    logits = z @ z.T / 0.2
    logits.fill_diagonal_(-1e9)
    return F.cross_entropy(logits, (torch.arange(2 * BATCH) + BATCH) % (2 * BATCH))


def main():
    warmup, steps, threads = map(int, sys.argv[1:4])
    channels_last = "channels-last" in sys.argv[4:]
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    batches = [torch.randint(0, 256, (2 * BATCH, SIZE, SIZE, 1), dtype=torch.uint8) for _ in range(8)]
    net = network()
    optimiser = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=1e-4)
    seconds = []
    for i in range(warmup + steps):
        begin = time.perf_counter()
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * min(1, (i + 1) / 200) * 0.5 * (1 + math.cos(math.pi * i / (warmup + steps)))
        x = (batches[i % len(batches)].float() / 255 - 0.286) / 0.353
        x = x.permute(0, 3, 1, 2)
        if not channels_last:
            x = x.reshape(2 * BATCH, 1, SIZE, SIZE)
        loss = nt_xent(net(x))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        loss.item()
        if i >= warmup:
            seconds.append(time.perf_counter() - begin)
    print("%.1f" % (BATCH / statistics.median(seconds)))


if __name__ == "__main__":
    main()
