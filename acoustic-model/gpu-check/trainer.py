"""The trainer's step, with its archives: the calls of TrainableModel, ShardExchange and Adam (Java) in their order."""
import math
from concurrent.futures import ThreadPoolExecutor

import torch


def call(method, *arguments):
    """As TorchScriptModule calls a method that computes gradients itself."""
    with torch.jit.optimized_execution(False), torch.enable_grad():
        return method(*arguments)


def call_in_place(method, *arguments):
    """As TorchScriptModule calls any other method."""
    with torch.jit.optimized_execution(False), torch.inference_mode():
        return method(*arguments)


class Trainer:
    """A model in training on one device."""

    def __init__(self, model, values, device, fused=None, frozen=False, precision="f32"):
        self.device = device
        # TrainableModel: PyTorch's own GRU on a GPU, gru.py on a CPU.
        self.module = model.archive(device.is_gpu if fused is None else fused, frozen, precision)
        self.lists = model.folder.operators("tensor_lists")
        self.adam = model.folder.operators("adam")
        self.optimizer = model.folder.description["optimizer"]
        self.statistic_names = model.statistics
        layers = tuple(f"{layer}." for layer in model.frozen()) if frozen else ()
        self.trained = [name for name in model.weights if not name.startswith(layers or ("?",))]
        self.weights = [values[name].to(device.torch, copy=True) for name in model.weights]
        self.statistics = [values[name].to(device.torch, copy=True) for name in model.statistics]
        if device.is_gpu:
            call(self.module.lay_out_for_cudnn, self.weights)
        self.update_only(self.weights)
        self.steps = 0

    def update_only(self, arrays):
        """Chooses the arrays that update changes: the weights, or this device's slices of them."""
        self.updated = arrays
        self.moments = [[torch.zeros_like(array) for array in arrays] for _ in range(2)]

    def gradients(self, batch, method="gradients"):
        """Losses on the host, gradients of the trained weights and running statistics on the device."""
        features, labels = call(self.module.uploaded, [batch.features, batch.labels], self.weights[0])
        losses, gradients, statistics = call(
            getattr(self.module, method),
            features,
            batch.frames,
            labels,
            batch.label_lengths,
            self.weights,
            self.statistics,
        )
        return losses.cpu(), gradients, statistics

    def named_gradients(self, batch, method="gradients"):
        losses, gradients, statistics = self.gradients(batch, method)
        return losses, dict(zip(self.trained, gradients)), dict(zip(self.statistic_names, statistics))

    def norm(self, arrays):
        return float(call_in_place(self.lists.norm, arrays))

    def update(self, gradients, norm, learning_rate):
        self.steps += 1
        settings = self.optimizer
        maximum = settings["maximum_norm"]
        constants = [settings[name] for name in ("beta1", "beta2", "epsilon", "weight_decay")]
        call_in_place(
            self.adam.update,
            torch.tensor([maximum / norm if norm > maximum else 1.0], dtype=torch.float64),
            torch.tensor([learning_rate], dtype=torch.float64),
            torch.tensor(constants, dtype=torch.float64),
            torch.full([len(self.updated)], float(self.steps)),
            self.updated,
            gradients,
            *self.moments,
        )

    def assign(self, targets, sources):
        call_in_place(self.lists.assign, targets, sources)

    def step(self, batch, learning_rate):
        return Replicas([self]).step([batch], learning_rate)

    def log_probabilities(self, batch):
        return call_in_place(
            self.module.log_probabilities,
            batch.features.to(self.device.torch),
            batch.frames,
            self.weights,
            self.statistics,
        )


def synchronised_gradients(trainers, shares):
    """With the statistics of all shares: losses, gradients summed over the trainers, running statistics."""
    first = trainers[0]
    places = [trainer.device.torch for trainer in trainers]
    losses, gradients, statistics = call(
        first.module.synchronised_gradients,
        [share.features.to(place) for share, place in zip(shares, places)],
        [share.frames for share in shares],
        [share.labels.to(place) for share, place in zip(shares, places)],
        [share.label_lengths for share in shares],
        [weight for trainer in trainers for weight in trainer.weights],
        [statistic for trainer in trainers for statistic in trainer.statistics],
        [torch.empty(0) for _ in trainers],
        [torch.ones(1, device=place) for place in places],
    )
    count = len(first.trained)
    sums = [sum(gradients[i + r * count].cpu() for r in range(len(trainers))) for i in range(count)]
    named = dict(zip(first.statistic_names, statistics))
    return torch.cat([loss.cpu() for loss in losses]), dict(zip(first.trained, sums)), named


def divided(sizes, count):
    """Of each device, the first value of its shard and its slices (weight, from, to): Shard.divide (Java)."""
    starts = [sum(sizes[:i]) for i in range(len(sizes) + 1)]
    cuts = [0]
    for device in range(1, count):
        place = starts[-1] * device // count
        weight = max(i for i, start in enumerate(starts[:-1]) if start <= place)
        cuts.append(starts[weight] + (place - starts[weight]) // 16 * 16)
    cuts.append(starts[-1])
    shards = []
    for first, last in zip(cuts, cuts[1:]):
        parts = [(i, max(first, starts[i]), min(last, starts[i + 1])) for i in range(len(sizes))]
        shards.append((first, [(i, a - starts[i], b - starts[i]) for i, a, b in parts if a < b]))
    return shards


class Replicas:
    """Trainers that share a step. On GPUs they compute concurrently, on CPUs one after the other.

    Each sums its shard of the gradients, updates it and gives it to the others.
    """

    def __init__(self, trainers):
        self.trainers = trainers
        self.several = len(trainers) > 1
        concurrent = self.several and all(trainer.device.is_gpu for trainer in trainers)
        self.each = ThreadPoolExecutor(len(trainers)).map if concurrent else map
        if self.several:
            self.shards = divided([weight.numel() for weight in trainers[0].weights], len(trainers))
            self.slices = [[self.cut(trainer, shard) for shard in self.shards] for trainer in trainers]
            for number, trainer in enumerate(trainers):
                trainer.update_only(self.slices[number][number])

    def cut(self, trainer, shard):
        bounds = [(weight, torch.tensor([first, last])) for weight, first, last in shard[1]]
        return [call_in_place(trainer.lists.slice, trainer.weights[weight], bound) for weight, bound in bounds]

    def gradients(self, shares):
        """Losses of all utterances, average of the gradients by shards, running statistics of the first trainer."""
        results = list(self.each(lambda trainer, share: trainer.gradients(share), self.trainers, shares))
        gradients = [result[1] for result in results]
        if self.several:
            flat = list(self.each(self.flat, self.trainers, gradients))
            averages = self.each(lambda trainer, shard: self.average(trainer, shard, flat), self.trainers, self.shards)
            gradients = list(averages)
        return [loss for result in results for loss in result[0].tolist()], gradients, results[0][2]

    def flat(self, trainer, gradients):
        return call_in_place(trainer.lists.flat, gradients)

    def average(self, trainer, shard, flat):
        place = torch.empty(0, device=trainer.device.torch)
        bounds = torch.tensor([shard[0], *(last - first for _, first, last in shard[1])])
        factor = torch.tensor([1 / len(self.trainers)], dtype=torch.float64)
        return call_in_place(trainer.lists.sum_of_ranges, flat, place, bounds, factor)

    def step(self, shares, learning_rate):
        """One step on a share for each trainer -> losses, norm of the gradient."""
        first = self.trainers[0]
        losses, gradients, statistics = self.gradients(shares)
        norm = math.hypot(*self.each(lambda trainer, own: trainer.norm(own), self.trainers, gradients))
        if not all(map(math.isfinite, [*losses, norm, first.norm(statistics)])):
            raise ArithmeticError("a loss, the gradient's norm or a running statistic is not finite")
        list(self.each(lambda trainer, own: trainer.update(own, norm, learning_rate), self.trainers, gradients))
        list(self.each(lambda number: self.share(number, statistics), range(len(self.trainers))))
        return losses, norm

    def share(self, number, statistics):
        trainer = self.trainers[number]
        trainer.assign(trainer.statistics, statistics)
        others = [shard for shard in range(len(self.trainers)) if shard != number]
        if others:
            own = [array for shard in others for array in self.slices[number][shard]]
            trainer.assign(own, [array for shard in others for array in self.slices[shard][shard]])
