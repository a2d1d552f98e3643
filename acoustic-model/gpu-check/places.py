"""Whether a GPU's step keeps its arrays on the GPU, on any machine: no values are computed.

The calls of PyTorch's operators in the trainer's fused archives are followed on a device without values (meta) in
the place of the GPU. An operator with arrays on two devices fails, as on a GPU, and so does a value that the host
would read from the GPU and wait for. Copies of the host's arrays to the device are counted.
"""
import torch
from torch._subclasses.fake_tensor import FakeTensor, FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten, tree_map

from devices import Device
from trainer import call

# Features, labels, the positions of the frames in the rectangle, and those of the packed rows.
COPIES = 4
PLACE = "meta"
# PyTorch has no shapes for them. They take the lengths of the utterances from the host, as here.
LOSS, LOSS_GRADIENT = "aten._ctc_loss.Tensor", "aten._ctc_loss_backward.Tensor"


class Followed(TorchDispatchMode):
    """Computes on the host what has arrays of the host only, and follows everything else without values."""

    def __init__(self):
        super().__init__()
        self.shapes = FakeTensorMode(allow_non_fake_inputs=True)
        self.copies = 0

    def on_device(self, array):
        with self.shapes:
            return torch.empty_strided(array.shape, array.stride(), dtype=array.dtype, device=PLACE)

    def __torch_dispatch__(self, operator, types, arguments=(), options=None):
        leaves, _ = tree_flatten((arguments, options))
        if not any(isinstance(leaf, FakeTensor) or leaf == torch.device(PLACE) for leaf in leaves):
            return operator(*arguments, **(options or {}))
        host = any(isinstance(leaf, torch.Tensor) and not isinstance(leaf, FakeTensor) for leaf in leaves)
        self.copies += host and str(operator) == "aten._to_copy.default"
        with self.shapes:
            if str(operator) == LOSS:
                time, batch, _ = arguments[0].shape
                return torch.empty(batch, device=PLACE), torch.empty(batch, time, 1, device=PLACE)
            if str(operator) == LOSS_GRADIENT:
                return torch.empty_like(arguments[1])
            return operator(*tree_map(self.followed, arguments), **tree_map(self.followed, options or {}))

    def followed(self, leaf):
        plain = isinstance(leaf, torch.Tensor) and not isinstance(leaf, FakeTensor)
        return self.shapes.from_tensor(leaf) if plain else leaf


def check(report, model):
    """A line for each precision, and one with frozen layers."""
    kinds = [(precision, False) for precision in model.precisions if precision != "tf32"] + [("f32", True)]
    for precision, frozen in kinds:
        name = f"host's copies to the GPU in a gradient, {precision}{', frozen layers' if frozen else ''}"
        with report.attempt(name, Device("cpu")):
            copies = copies_of_gradient(model, model.archive(True, frozen, precision))
            report.at_most(name, Device("cpu"), copies, COPIES, str(copies))


def copies_of_gradient(model, module):
    batch = model.exact()
    with Followed() as followed:
        weights = [followed.on_device(model.values[name]) for name in model.weights]
        statistics = [followed.on_device(model.values[name]) for name in model.statistics]
        features, labels = call(module.uploaded, [batch.features, batch.labels], weights[0])
        losses, gradients, running = call(
            module.gradients, features, batch.frames, labels, batch.label_lengths, weights, statistics
        )
    elsewhere = [array.device for array in [losses, *gradients, *running] if array.device.type != PLACE]
    if elsewhere:
        raise RuntimeError(f"results on {elsewhere[0]}")
    return followed.copies
