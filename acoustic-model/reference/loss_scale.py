"""loss_scale.py FILE: the course of the scale of torch.amp.GradScaler, for LossScaleTest.

A row stands for a number of steps whose gradients are all finite or all infinite, and has the scale and the count of
finite gradients after them.
"""
import json
import pathlib
import sys

import torch

ROWS = [
    (True, 1999),
    (True, 1),
    (True, 700),
    (False, 1),
    (True, 1999),
    (False, 3),
    (True, 4001),
    (False, 15),
    (True, 2000),
    # Up to the largest power of 2 in single precision, where it stays.
    (True, 252_000),
    (True, 2500),
    (False, 1),
]


def main():
    scaler = torch.amp.GradScaler("cpu")
    weight = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([weight], lr=0.0)
    scaler.scale(weight.sum())
    rows = []
    for finite, steps in ROWS:
        for _ in range(steps):
            weight.grad = torch.full([1], 1.0 if finite else float("inf"))
            scaler.step(optimizer)
            scaler.update()
        state = scaler.state_dict()
        rows.append(
            {
                "finite": finite,
                "steps": steps,
                "scale": state["scale"],
                "count": state["_growth_tracker"],
            }
        )
    description = {"made_with": f"PyTorch {torch.__version__}", "rows": rows}
    pathlib.Path(sys.argv[1]).write_text(json.dumps(description, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
