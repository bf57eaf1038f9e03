"""The peer of LanguageSpeed: the same network, operations and batches in PyTorch eager mode.

    python3 language_speed.py TEXT WARMUP_STEPS TIMED_STEPS THREADS SEED speed|loss

Prints the median over the timed steps in tokens a second, or the mean loss of the last ten steps in nats. Uses the fused
attention of PyTorch 2 where it is there. Needs PyTorch (Debian: python3-torch).
"""
import math
import statistics
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

BATCH, CONTEXT, LAYERS, WIDTH, HEADS, HIDDEN, VOCABULARY = 32, 128, 4, 128, 4, 344, 256
SIZE = WIDTH // HEADS


def linear(inputs, outputs):
    layer = nn.Linear(inputs, outputs, bias=False)
    nn.init.uniform_(layer.weight, -1 / math.sqrt(inputs), 1 / math.sqrt(inputs))
    return layer


class Norm(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(WIDTH))

    def forward(self, x):
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-5) * self.weight


def rotate(x, cos, sin):
    first, second = x.chunk(2, -1)
    return torch.cat((first * cos - second * sin, second * cos + first * sin), -1)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = Norm(), Norm()
        self.q, self.k, self.v, self.o = (linear(WIDTH, WIDTH) for _ in range(4))
        self.gate, self.up, self.down = linear(WIDTH, HIDDEN), linear(WIDTH, HIDDEN), linear(HIDDEN, WIDTH)

    def forward(self, x, cos, sin, mask):
        y = self.norm1(x)
        q, k, v = (f(y).view(BATCH, CONTEXT, HEADS, SIZE).transpose(1, 2) for f in (self.q, self.k, self.v))
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        if hasattr(F, "scaled_dot_product_attention"):
            y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            y = torch.softmax(q / math.sqrt(SIZE) @ k.transpose(2, 3) + mask, -1) @ v
        x = x + self.o(y.transpose(1, 2).reshape(BATCH, CONTEXT, WIDTH))
        y = self.norm2(x)
        return x + self.down(F.silu(self.gate(y)) * self.up(y))


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(VOCABULARY, WIDTH)
        nn.init.normal_(self.table.weight, 0, 0.02)
        self.blocks = nn.ModuleList(Block() for _ in range(LAYERS))
        self.norm = Norm()
        angles = torch.arange(CONTEXT).float()[:, None] * 10_000 ** (-2 * torch.arange(SIZE // 2) / SIZE)
        self.cos, self.sin = angles.cos(), angles.sin()
        self.mask = torch.full((CONTEXT, CONTEXT), -1e9).triu(1)

    def forward(self, ids):
        x = self.table(ids)
        for block in self.blocks:
            x = block(x, self.cos, self.sin, self.mask)
        return F.linear(self.norm(x), self.table.weight)


def batch(text, step):
    starts = [(step * BATCH + row) * 7919 % (len(text) - CONTEXT - 1) for row in range(BATCH)]
    return torch.stack([text[start:start + CONTEXT + 1] for start in starts])


def main():
    warmup, steps, threads, seed = map(int, sys.argv[2:6])
    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    with open(sys.argv[1], "rb") as file:
        text = torch.tensor(list(file.read()))
    model = Model()
    matrices = [p for p in model.parameters() if p.dim() > 1]
    norms = [p for p in model.parameters() if p.dim() == 1]
    optimiser = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": 0.1}, {"params": norms, "weight_decay": 0.0}], lr=2e-3)
    seconds, losses = [], []
    for i in range(warmup + steps):
        ids = batch(text, i)
        begin = time.perf_counter()
        # CosineSchedule's factors: a line up through the first 20 steps, then a cosine to zero.
        done = (i - 20) / max(1, warmup + steps - 20)
        factor = (i + 1) / 20 if i < 20 else 0.5 * (1 + math.cos(math.pi * done))
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * factor
        logits = model(ids[:, :-1])
        loss = F.cross_entropy(logits.reshape(-1, VOCABULARY), ids[:, 1:].reshape(-1))
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        losses.append(loss.item())
        if i >= warmup:
            seconds.append(time.perf_counter() - begin)
    if sys.argv[6] == "loss":
        print("%.4f" % statistics.mean(losses[-10:]))
    else:
        print("%.1f" % (BATCH * CONTEXT / statistics.median(seconds)))


if __name__ == "__main__":
    main()
