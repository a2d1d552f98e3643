"""Results of the trainer's archives against double precision, against each other, and of a GPU against the CPU.

A difference of two arrays is the largest difference of two values over the largest value. Of several arrays the
largest difference counts, and the line names its array. There, an array counts as having a value of at least a
tenth of what is usual: a gradient that a following normalisation makes 0 consists of rounding.
"""
import statistics

import torch

import devices
from ordinary import Ordinary
from report import NO_GPU, largest, number
from trainer import Replicas, Trainer, synchronised_gradients

# Single precision reaches 1e-5 to 1e-4; a wrong term or row is 1e-2 or more.
EXACT = 2e-3
# With activations at the corners of the rectifier, of which each may be 2e-2: see Model.moved.
CORNERS = 0.1
# The same in bf16, with 7 bits of mantissa, where the ordinary program has 0.3; TF32 has 10, as f16.
MIXED = 0.4
# Of the loss of a batch after several steps, which differences of rounding drive apart.
TRAINING = 1e-2
LEARNING_RATE = 1e-4
RECOMPUTED = "recomputed_gradients"
CPU = devices.Device("cpu")


def difference(actual, expected, least=0.0):
    expected = expected.detach().cpu().double()
    largest = float((actual.detach().cpu().double() - expected).abs().max())
    return largest / max(float(expected.abs().max()), least, 1e-30)


def worst(actual, expected):
    """The largest difference of any array, its name, and the differences of all."""
    usual = statistics.median(float(array.detach().abs().max()) for array in expected.values())
    each = {name: difference(actual[name], expected[name], 0.1 * usual) for name in expected}
    name = max(each, key=lambda key: (each[key] != each[key], each[key]))
    return each[name], name, each


def against(report, check, device, actual, expected, allowed):
    """A line for losses, gradients and running statistics together."""
    losses = difference(actual[0], expected[0])
    gradient, name, each = worst(actual[1], expected[1])
    running, _, _ = worst(actual[2], expected[2])
    measured = f"{number(gradient)} at {name}"
    details = {"losses": losses, "running_statistics": running, "gradients": each}
    if not largest((losses, running)) <= allowed:
        measured = f"losses {number(losses)}, statistics {number(running)}"
    report.at_most(check, device, largest((losses, gradient, running)), allowed, measured, **details)


class Expected:
    """Results of the ordinary program in double precision, on the CPU."""

    def __init__(self, model):
        self.values = model.moved(10)
        self.batch = model.exact()
        ordinary = Ordinary(model, self.values, CPU, dtype=torch.float64)
        self.whole = ordinary.gradients(self.batch)
        self.pieces = [ordinary.gradients(share) for share in self.batch.shares()]
        self.values_at_corners = model.moved(0.5, 19.5)
        ordinary = Ordinary(model, self.values_at_corners, CPU, dtype=torch.float64)
        self.at_corners = ordinary.gradients(self.batch)
        self.log_probabilities = ordinary.log_probabilities(self.batch)[0]
        self.values_near_start = model.moved(0)
        self.near_start = Ordinary(model, self.values_near_start, CPU, dtype=torch.float64).gradients(self.batch)
        self.frozen = Ordinary(model, self.values, CPU, dtype=torch.float64, frozen=True).gradients(self.batch)


def gradients(report, model, device, expected):
    """Hand-written and fused GRU, all layers trained and some frozen, in single precision."""
    results = {}
    for fused, gru in ((False, "hand-written GRU"), (True, "fused GRU")):
        for frozen in (False, True):
            check = f"gradients, {gru}" + (", frozen layers" if frozen else "")
            with report.attempt(check, device), devices.products("f32"):
                trainer = Trainer(model, expected.values, device, fused, frozen)
                results[fused, frozen] = trainer.named_gradients(expected.batch)
                wanted = expected.frozen if frozen else expected.whole
                against(report, check + ", against f64", device, results[fused, frozen], wanted, EXACT)
    recomputed(report, model, device, expected)
    if (False, False) in results and (True, False) in results:
        hand, fused = results[False, False], results[True, False]
        against(report, "gradients, hand-written against fused GRU", device, hand, fused, EXACT)
    return results


def recomputed(report, model, device, expected):
    """The pass that takes less memory, if the archive has it."""
    check = "gradients, layers computed twice, against f64"
    with report.attempt(check, device), devices.products("f32"):
        trainer = Trainer(model, expected.values, device)
        if hasattr(trainer.module, RECOMPUTED):
            actual = trainer.named_gradients(expected.batch, RECOMPUTED)
            against(report, check, device, actual, expected.whole, EXACT)


def rectifier(report, model, device, expected):
    check = "log probabilities of evaluation, against f64"
    with report.attempt(check, device), devices.products("f32"):
        trainer = Trainer(model, expected.values_at_corners, device)
        actual, _ = trainer.log_probabilities(expected.batch)
        report.at_most(check, device, difference(actual, expected.log_probabilities), EXACT)
    check = "gradients at the rectifier's corners, against f64"
    with report.attempt(check, device), devices.products("f32"):
        against(report, check, device, trainer.named_gradients(expected.batch), expected.at_corners, CORNERS)


def training(report, model, device, steps):
    """The losses of the first steps, with clipping and optimiser, against the ordinary program's."""
    check = f"losses of {steps} steps, against the ordinary program"
    with report.attempt(check, device), devices.products("f32"):
        trainer, ordinary = Trainer(model, model.values, device), Ordinary(model, model.values, device)
        batches = [batch.cut(range(4), 200) for batch in model.timed()]
        values = []
        for step in range(steps):
            batch = batches[step % len(batches)]
            ours, theirs = (sum(program.step(batch, LEARNING_RATE)[0]) for program in (trainer, ordinary))
            values.append(abs(ours - theirs) / theirs)
        report.at_most(check, device, largest(values), TRAINING, each=values)


def replicas(report, model, places, expected):
    """Two replicas: the average of the gradients of their shares, that of the whole batch, and equal weights."""
    first = places[0]
    check = "two replicas, average of gradients, against f64"
    with report.attempt(check, first), devices.products("f32"):
        both = Replicas([Trainer(model, expected.values, place) for place in places])
        _, shards, _ = both.gradients(expected.batch.shares())
        flat = torch.cat([array.cpu() for shard in shards for array in shard])
        wanted = {name: sum(piece[1][name] for piece in expected.pieces) / 2 for name in both.trainers[0].trained}
        parts = flat.split([array.numel() for array in wanted.values()])
        averages = {name: part.view_as(wanted[name]) for name, part in zip(wanted, parts)}
        value, name, each = worst(averages, wanted)
        report.at_most(check, first, value, EXACT, f"{number(value)} at {name}", gradients=each)
    check = "two replicas, synchronised statistics, against f64"
    with report.attempt(check, first), devices.products("f32"):
        trainers = [Trainer(model, expected.values, place) for place in places]
        actual = synchronised_gradients(trainers, expected.batch.shares())
        against(report, check, first, actual, expected.whole, EXACT)
    check = "two replicas, weights after two steps"
    with report.attempt(check, first):
        for _ in range(2):
            both.step(expected.batch.shares(), LEARNING_RATE)
        one, other = (trainer.weights + trainer.statistics for trainer in both.trainers)
        differing = sum(not torch.equal(left.cpu(), right.cpu()) for left, right in zip(one, other))
        report.at_most(check, first, differing, 0, f"{differing} arrays differ")


def precisions(report, model, device, expected):
    """The trainer's gradients in other precisions than single precision, with values as at the start of a training."""
    for precision in ("tf32", *devices.AUTOCAST):
        check = f"gradients, {precision}, against f64"
        # PyTorch's convolutions in f16 take minutes on a CPU, and the trainer refuses both there.
        if not device.is_gpu and precision != "bf16":
            report.without(check, device, NO_GPU)
            continue
        with report.attempt(check, device), devices.products("tf32" if precision == "tf32" else "f32"):
            trainer = Trainer(model, expected.values_near_start, device, precision=precision)
            ordinary = Ordinary(model, expected.values_near_start, device, precision)
            value, name, each = worst(trainer.named_gradients(expected.batch)[1], expected.near_start[1])
            beside, _, _ = worst(ordinary.gradients(expected.batch)[1], expected.near_start[1])
            measured = f"{number(value)} at {name}; ordinary {number(beside)}"
            allowed = CORNERS if precision == "tf32" else MIXED
            report.at_most(check, device, value, allowed, measured, gradients=each)


def gpu_against_cpu(report, model, gpu, expected, of_cpu, of_gpu):
    """The trainer's mode on the GPU against its mode on the CPU."""
    check = "gradients, GPU against CPU"
    if gpu is None:
        report.without(check, CPU, NO_GPU)
        report.without("log probabilities, GPU against CPU", CPU, NO_GPU)
        return
    with report.attempt(check, gpu):
        against(report, check, gpu, of_gpu[True, False], of_cpu[False, False], EXACT)
    check = "log probabilities, GPU against CPU"
    with report.attempt(check, gpu), devices.products("f32"):
        trainers = [Trainer(model, expected.values, place) for place in (gpu, CPU)]
        one, other = (trainer.log_probabilities(expected.batch)[0] for trainer in trainers)
        report.at_most(check, gpu, difference(one, other), EXACT)
