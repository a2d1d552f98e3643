"""schedules.py FILE: learning rates of torch.optim.lr_scheduler, as golden values for LearningRateScheduleTest.

One rate a batch; each case has the same number of batches in every epoch.
"""
import json
import pathlib
import sys

import torch
from torch.optim import lr_scheduler

CASES = [
    {"type": "exponential", "learning_rate": 1e-4, "decay": 0.83, "epochs": 6, "batches": 3},
    {"type": "exponential", "learning_rate": 3e-3, "decay": 0.5, "epochs": 4, "batches": 1},
    {"type": "constant", "learning_rate": 2e-4, "epochs": 2, "batches": 3},
    {"type": "warmup_cosine", "learning_rate": 1e-3, "floor": 1e-5, "warmup_steps": 7, "epochs": 5, "batches": 6},
    {"type": "warmup_cosine", "learning_rate": 5e-4, "floor": 5e-4, "warmup_steps": 2, "epochs": 2, "batches": 4},
    {"type": "warmup_cosine", "learning_rate": 1e-3, "floor": 1e-6, "warmup_steps": 1, "epochs": 1, "batches": 20},
    {"type": "noam", "warmup_steps": 10, "d_model": 512, "epochs": 8, "batches": 5},
]
# The rate of each epoch, if the result of an epoch counts at its end.
PLATEAUS = [
    {"learning_rate": 1e-3, "decay": 0.5, "floor": 1e-4, "patience": 1,
     "cers": [0.9, 0.5, 0.5, 0.6, 0.4, 0.41, 0.42, 0.43, 0.44, 0.39, 0.5, 0.5, 0.5, 0.5, 0.5]},
    {"learning_rate": 1e-4, "decay": 0.83, "floor": 1e-6, "patience": 0, "cers": [0.3, 0.3, 0.2, 0.25, 0.1, 0.1]},
    {"learning_rate": 1e-4, "decay": 0.1, "floor": 1e-6, "patience": 2,
     "cers": [1.0, 1.0, 1.0, 1.0, 1.0, 0.9, 0.95, 0.9, 0.91, 0.92]},
]
DEFAULTS = {"decay": 0.83, "floor": 1e-6, "warmup_steps": 4000}


def schedule(case, adam):
    """The scheduler and whether it takes a step each batch, else each epoch."""
    warmup, steps = case["warmup_steps"], case["epochs"] * case["batches"]
    if case["type"] == "exponential":
        return lr_scheduler.ExponentialLR(adam, case["decay"]), False
    if case["type"] == "constant":
        return lr_scheduler.ConstantLR(adam, factor=1), True
    if case["type"] == "warmup_cosine":
        rise = lr_scheduler.LinearLR(adam, start_factor=1 / warmup, total_iters=max(1, warmup - 1))
        fall = lr_scheduler.CosineAnnealingLR(adam, T_max=steps - warmup, eta_min=case["floor"])
        return lr_scheduler.SequentialLR(adam, [rise, fall], milestones=[warmup]), True
    # Vaswani et al. 2017, equation 3; the learning rate of the optimiser is 1.
    return (
        lr_scheduler.LambdaLR(
            adam, lambda n: case["d_model"] ** -0.5 * min((n + 1) ** -0.5, (n + 1) * warmup**-1.5)
        ),
        True,
    )


def rates(case):
    weight = torch.nn.Parameter(torch.zeros(1))
    adam = torch.optim.Adam([weight], lr=1 if case["type"] == "noam" else case["learning_rate"])
    scheduler, each_batch = schedule(case, adam)
    values = []
    for _ in range(case["epochs"]):
        for _ in range(case["batches"]):
            values.append(adam.param_groups[0]["lr"])
            adam.step()
            if each_batch:
                scheduler.step()
        if not each_batch:
            scheduler.step()
    return values


def plateau_rates(case):
    adam = torch.optim.Adam([torch.nn.Parameter(torch.zeros(1))], lr=case["learning_rate"])
    scheduler = lr_scheduler.ReduceLROnPlateau(
        adam, factor=case["decay"], patience=case["patience"], threshold=0, min_lr=case["floor"], eps=0
    )
    values = []
    for cer in case["cers"]:
        values.append(adam.param_groups[0]["lr"])
        scheduler.step(cer)
    return values


def main():
    cases = []
    for case in [{**DEFAULTS, **case} for case in CASES]:
        values = rates(case)
        # The trainer's argument is the largest rate.
        case.setdefault("learning_rate", case.get("d_model", 1) ** -0.5 * case["warmup_steps"] ** -0.5)
        case.pop("d_model", None)
        cases.append({**case, "rates": values})
    plateaus = [{**case, "rates": plateau_rates(case)} for case in PLATEAUS]
    text = json.dumps({"made_with": f"PyTorch {torch.__version__}", "cases": cases, "plateaus": plateaus}, indent=1)
    pathlib.Path(sys.argv[1]).write_text(text + "\n")


if __name__ == "__main__":
    main()
