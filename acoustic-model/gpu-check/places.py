"""Whether a GPU's step keeps its arrays on the GPU, on any machine: no values are computed.

The calls of PyTorch's operators in the trainer's fused archives are followed on devices without values (meta) in
the place of GPUs. An operator with arrays on two devices fails, as on GPUs, and so does a value that the host would
read from a GPU and wait for. Copies between devices are counted.
"""
import torch
from torch._subclasses.fake_tensor import FakeTensor, FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten, tree_map

from devices import Device
from trainer import call

# Features, labels, the positions of the frames in the rectangle, and those of the packed rows.
FROM_HOST = 4
# Of each normalisation: two sums to the first GPU, mean and scale back, and the gradient of each.
BETWEEN_TWO = 8
GPU, OTHER_GPU = torch.device("meta:0"), torch.device("meta:1")
# PyTorch has no shapes for them. They take the lengths of the utterances from the host, as here.
LOSS, LOSS_GRADIENT = "aten._ctc_loss.Tensor", "aten._ctc_loss_backward.Tensor"
HOST = Device("cpu")


class Followed(TorchDispatchMode):
    """Computes on the host what has arrays of the host only, and follows everything else without values."""

    def __init__(self):
        super().__init__()
        self.shapes = FakeTensorMode(allow_non_fake_inputs=True)
        self.from_host = self.between = 0

    def on(self, device, array):
        with self.shapes:
            return torch.empty_strided(array.shape, array.stride(), dtype=array.dtype, device=device)

    def __torch_dispatch__(self, operator, types, arguments=(), options=None):
        leaves, _ = tree_flatten((arguments, options))
        places = [leaf.device for leaf in leaves if isinstance(leaf, torch.Tensor)]
        places += [leaf for leaf in leaves if isinstance(leaf, torch.device)]
        if all(place.type != GPU.type for place in places):
            return operator(*arguments, **(options or {}))
        if str(operator) == "aten._to_copy.default" and len(set(places)) > 1:
            self.from_host += places[0].type != GPU.type
            self.between += places[0].type == GPU.type
        with self.shapes:
            if str(operator) == LOSS:
                time, batch, _ = arguments[0].shape
                return self.on(places[0], torch.empty(batch)), self.on(places[0], torch.empty(batch, time, 1))
            if str(operator) == LOSS_GRADIENT:
                return torch.empty_like(arguments[1])
            return operator(*tree_map(self.followed, arguments), **tree_map(self.followed, options or {}))

    def followed(self, leaf):
        plain = isinstance(leaf, torch.Tensor) and not isinstance(leaf, FakeTensor)
        return self.shapes.from_tensor(leaf) if plain else leaf


def check(report, model):
    """A line for each precision, one with frozen layers, and one with two replicas and synchronised statistics."""
    kinds = [(precision, False) for precision in model.precisions if precision != "tf32"] + [("f32", True)]
    for precision, frozen in kinds:
        name = f"host's copies to the GPU in a gradient, {precision}{', frozen layers' if frozen else ''}"
        with report.attempt(name, HOST):
            copies = of_one(model, model.archive(True, frozen, precision))
            report.at_most(name, HOST, copies, FROM_HOST, str(copies))
    name = "copies between two GPUs, synchronised statistics"
    with report.attempt(name, HOST):
        copies = of_two(model, model.archive(True))
        report.at_most(name, HOST, copies, BETWEEN_TWO * (model.convolutions + model.rnn_layers), str(copies))


def of_one(model, module):
    batch = model.exact()
    with Followed() as followed:
        weights = [followed.on(GPU, model.values[name]) for name in model.weights]
        statistics = [followed.on(GPU, model.values[name]) for name in model.statistics]
        features, labels = call(module.uploaded, [batch.features, batch.labels], weights[0])
        losses, gradients, running = call(
            module.gradients, features, batch.frames, labels, batch.label_lengths, weights, statistics
        )
    require(GPU, [losses, *gradients, *running])
    return followed.from_host


def of_two(model, module):
    shares, gpus = model.exact().shares(), (GPU, OTHER_GPU)
    with Followed() as followed:
        losses, gradients, running = call(
            module.synchronised_gradients,
            [followed.on(gpu, share.features) for share, gpu in zip(shares, gpus)],
            [share.frames for share in shares],
            [followed.on(gpu, share.labels) for share, gpu in zip(shares, gpus)],
            [share.label_lengths for share in shares],
            [followed.on(gpu, model.values[name]) for gpu in gpus for name in model.weights],
            [followed.on(gpu, model.values[name]) for gpu in gpus for name in model.statistics],
            [followed.on(gpu, torch.empty(0)) for gpu in gpus],
            [followed.on(gpu, torch.ones(1)) for gpu in gpus],
        )
    half = len(gradients) // 2
    require(GPU, [losses[0], *gradients[:half], *running])
    require(OTHER_GPU, [losses[1], *gradients[half:]])
    return followed.between


def require(place, arrays):
    for array in arrays:
        if array.device != place:
            raise RuntimeError(f"a result is on {array.device} in place of {place}")
