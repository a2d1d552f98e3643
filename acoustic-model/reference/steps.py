"""steps.py FOLDER: training steps of the ordinary PyTorch program, as golden values for GoldenStepsTest.

Weights, moments, features and labels come from splitmix64 (Steele et al., "Fast splittable pseudorandom number
generators", OOPSLA 2014), so that the files hold results alone. Of each array they hold the values at up to 256 places
and the product of the whole array with a random one: a value that is wrong anywhere changes it.

Two programs that round differently must stay together, or nothing could be compared. Two things drive them apart. An
activation next to a corner of the clipped rectifier takes another side of it: so five steps are taken with offsets that
keep the activations between the corners, and one step with activations at both. And Adam's first steps move a weight
by the sign of its gradient, however small: so the optimiser begins in the middle, with moments.
"""
import itertools
import json
import pathlib
import sys
import zlib

import numpy
import torch

import safetensors_file
from deepspeech2 import BINS, DeepSpeech2, Training

SAMPLES = 128
VOCABULARY = 9
UNITS = 12
RNN_LAYERS = 2
LEARNING_RATE = 2e-3
STEPS_BEFORE = 10
# Frames and labels of each utterance, for the batches in turn.
BATCHES = [
    {"frames": [161, 264, 1, 140, 140, 113], "label_lengths": [17, 30, 0, 15, 1, 12]},
    {"frames": [117, 290, 255], "label_lengths": [12, 41, 4]},
]
# Offsets of the convolutions' channels in turn; the rectifier's corners are at 0 and 20.
RUNS = [
    {"name": "corners", "offsets": [2.5, 17.5], "steps": 1},
    {"name": "between", "offsets": [10, 10], "steps": 5},
]

CASES = [
    {"name": "one-convolution", "conv_layers": 1},
    {"name": "two-convolutions", "conv_layers": 2},
    {"name": "three-convolutions", "conv_layers": 3},
    {"name": "clipped", "conv_layers": 2, "maximum_norm": 50},
    {"name": "frozen-bottom", "conv_layers": 2, "frozen": ["conv.0", "rnn.0"]},
    {"name": "frozen-middle", "conv_layers": 3, "frozen": ["conv.1", "rnn.1"], "maximum_norm": 50},
    {"name": "frozen-top", "conv_layers": 2, "frozen": ["output"]},
    {"name": "two-devices", "conv_layers": 2, "devices": 2, "maximum_norm": 50},
    {"name": "averaged", "conv_layers": 2, "frozen": ["conv.0"], "devices": 2, "ema_decay": 0.3},
    {"name": "other-constants", "conv_layers": 1, "betas": [0.8, 0.95], "epsilon": 0.05, "weight_decay": 0.2},
    {"name": "norm-by-times", "conv_layers": 2, "norm_by_times": True},
    {"name": "dropout", "conv_layers": 1, "devices": 2, "dropout": 0.4, "seed": 11},
    {"name": "accumulated", "conv_layers": 2, "accumulated": 2, "devices": 2, "maximum_norm": 50, "ema_decay": 0.3},
]
DEFAULTS = {
    "devices": 1,
    "frozen": [],
    "maximum_norm": 1e9,
    "betas": [0.9, 0.999],
    "epsilon": 1e-8,
    "weight_decay": 5e-4,
    "norm_by_times": False,
    "ema_decay": 0,
    "dropout": 0,
    "seed": 0,
    "accumulated": 1,
}


def random_longs(name, count):
    return splitmix(zlib.crc32(name.encode()), count)


def splitmix(seed, count):
    """SplitMix64 (Steele, Lea and Flood, OOPSLA 2014), with the constants of S. Vigna's splitmix64.c."""
    with numpy.errstate(over="ignore"):
        z = numpy.uint64(seed) + numpy.arange(1, count + 1, dtype=numpy.uint64) * numpy.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        return z ^ (z >> numpy.uint64(31))


def uniform(name, count, bound):
    """Numbers in [-bound, bound)."""
    return ((random_longs(name, count) >> numpy.uint64(11)) * 2.0**-52 - 1) * bound


def whole_numbers(name, count, end):
    """Numbers from 0, below end."""
    return ((random_longs(name, count) >> numpy.uint64(33)) % numpy.uint64(end)).astype(numpy.int64)


def single_precision(values):
    """Values that single precision has, in the precision that the program computes in."""
    return torch.tensor(values.astype(numpy.float32), dtype=torch.get_default_dtype())


def initial(name, shape, offsets):
    count = int(numpy.prod(shape))
    if name.startswith("exp_avg_sq."):
        centre, bound = 0.01, 0.005
    elif name.startswith("exp_avg."):
        centre, bound = 0, 0.1
    elif name.startswith("conv.") and name.endswith("norm.bias"):
        centre, bound = numpy.resize(offsets, count), 0.3
    elif name.endswith("norm.weight") or name.endswith("running_var"):
        centre, bound = 1, 0.3
    elif ".norm." in name:
        centre, bound = 0, 0.3
    else:
        fan_in = int(numpy.prod(shape[1:])) if len(shape) > 1 else shape[0]
        centre, bound = 0, 1.5 / fan_in**0.5
    values = centre + uniform(name, count, bound)
    return single_precision(values.reshape(shape))


def batch(step):
    sizes = BATCHES[step % len(BATCHES)]
    frames, label_lengths = sizes["frames"], sizes["label_lengths"]
    features = single_precision(uniform(f"features.{step}", sum(frames) * BINS, 2).reshape(-1, BINS))
    labels = torch.tensor(1 + whole_numbers(f"labels.{step}", sum(label_lengths), VOCABULARY - 1))
    return features, frames, labels, label_lengths


def mixed(value):
    return int(splitmix(value, 1)[0])


def dropout_masks(case, step, utterance):
    """Factors [2 * units] of the outputs of each GRU layer, for an utterance of the batch of a step of epoch 1."""
    masks = []
    for layer in range(RNN_LAYERS):
        key = case["seed"]
        for number in (1, step, utterance, layer):
            key = mixed(key) ^ number
        uniform_numbers = (splitmix(mixed(key), 2 * UNITS) >> numpy.uint64(11)) * 2.0**-53
        kept = single_precision(numpy.array(1 / (1 - case["dropout"])))
        masks.append(kept * torch.tensor(uniform_numbers >= case["dropout"]))
    return masks


def shares(case, step, devices):
    """The batch cut into as many pieces of whole utterances that the largest rectangle is as small as it can be.

    If several cuts have that size, the first pieces are as long as they can be.
    """
    features, frames, labels, label_lengths = batch(step)
    utterances = features.split(frames)
    texts = labels.split(label_lengths)

    def preference(ends):
        pieces = numpy.split(numpy.arange(len(frames)), ends)
        return max(len(piece) * max(frames[i] for i in piece) for piece in pieces), [-end for end in ends]

    cuts = []
    ends = min(itertools.combinations(range(1, len(frames)), devices - 1), key=preference)
    for places in numpy.split(numpy.arange(len(frames)), ends):
        cuts.append(
            (
                [utterances[i] for i in places],
                torch.tensor([frames[i] for i in places]),
                torch.cat([texts[i] for i in places]),
                torch.tensor([label_lengths[i] for i in places]),
                masks_of(case, step, places),
            )
        )
    return cuts


def masks_of(case, step, utterances):
    """An array [utterances, 2 * units] for each GRU layer; None without dropout."""
    if case["dropout"] == 0:
        return None
    return [torch.stack(layer) for layer in zip(*(dropout_masks(case, step, int(u)) for u in utterances))]


def digest(name, array):
    values = array.detach().numpy().astype(numpy.float64).ravel()
    places = (
        numpy.arange(values.size) if values.size <= SAMPLES else whole_numbers("places." + name, SAMPLES, values.size)
    )
    product = numpy.dot(values, uniform("product." + name, values.size, 1))
    return numpy.append(values[places], product).astype(numpy.float32)


def take_steps(case, run):
    """Losses and norm of every step, and all arrays after the last one."""
    model = DeepSpeech2(case["conv_layers"], RNN_LAYERS, UNITS, VOCABULARY)
    with torch.no_grad():
        for name, array in model.arrays().items():
            array.copy_(initial(name, array.shape, run["offsets"]))
    model.freeze(case["frozen"])
    training = Training(
        model, case["weight_decay"], case["maximum_norm"], case["betas"], case["epsilon"], case["norm_by_times"]
    )
    training.begin(STEPS_BEFORE, lambda name, shape: initial(name, shape, run["offsets"]))
    if case["ema_decay"] > 0:
        training.average(case["ema_decay"])
    golden, norms = {}, []
    for step in range(run["steps"]):
        numbers = range(step * case["accumulated"], (step + 1) * case["accumulated"])
        batches = [shares(case, number, case["devices"]) for number in numbers]
        losses, norm = training.step(batches, LEARNING_RATE)
        golden[f"{run['name']}.losses.{step + 1}"] = numpy.array(losses, numpy.float32)
        norms.append(norm)
    golden[f"{run['name']}.gradient_norms"] = numpy.array(norms, numpy.float32)
    for name, array in {**model.arrays(), **training.moments(), **training.averages()}.items():
        golden[f"{run['name']}.{name}"] = digest(name, array)
    return golden


def main():
    folder = pathlib.Path(sys.argv[1])
    torch.set_default_dtype(torch.float64)
    cases = [{**DEFAULTS, **case} for case in CASES]
    for case in cases:
        golden = {}
        for run in RUNS:
            golden.update(take_steps(case, run))
        safetensors_file.write(folder / (case["name"] + ".safetensors"), golden)
        norms = numpy.concatenate([golden[run["name"] + ".gradient_norms"] for run in RUNS])
        print(case["name"] + ": gradient norms", *(f"{norm:.2f}" for norm in norms))
    description = {
        "made_with": f"PyTorch {torch.__version__}, numpy {numpy.__version__}",
        "rnn_layers": RNN_LAYERS,
        "units": UNITS,
        "vocabulary": VOCABULARY,
        "learning_rate": LEARNING_RATE,
        "steps_before": STEPS_BEFORE,
        "batches": BATCHES,
        "runs": RUNS,
        "cases": cases,
    }
    (folder / "cases.json").write_text(json.dumps(description, indent=1) + "\n")


if __name__ == "__main__":
    main()
