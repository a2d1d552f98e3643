"""means.py FILE: the mean of the weights of several epochs by torch.optim.swa_utils, as golden values for EpochWeightsTest.

The weights are those of a linear layer behind batch normalisation, whose running statistics are averaged too.
"""
import json
import pathlib
import sys

import torch
import torch.optim.swa_utils
from torch import nn

EPOCHS = [1, 2, 4, 5]


def arrays(model):
    return {
        name: array.tolist() for name, array in model.state_dict().items() if not name.endswith("num_batches_tracked")
    }


def main():
    torch.manual_seed(1)
    model = nn.Sequential(nn.BatchNorm1d(3), nn.Linear(3, 2))
    mean = torch.optim.swa_utils.AveragedModel(model.double(), use_buffers=True)
    epochs = []
    for _ in EPOCHS:
        # Values that single precision has.
        for array in [*model.parameters(), *model.buffers()]:
            if array.is_floating_point():
                array.data.copy_(torch.randn(array.shape, dtype=torch.float32))
        epochs.append(arrays(model))
        mean.update_parameters(model)
    golden = {
        "made_with": f"PyTorch {torch.__version__}",
        "epochs": dict(zip(EPOCHS, epochs)),
        "mean": arrays(mean.module),
    }
    pathlib.Path(sys.argv[1]).write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
