"""The trainer's step, with its archives: the calls of TrainableModel, AcousticModel and Adam (Java) in their order."""
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

    def __init__(self, model, values, device, fused=None, frozen=False):
        self.device = device
        # TrainableModel: PyTorch's own GRU on a GPU, gru.py on a CPU.
        self.module = model.archive(device.is_gpu if fused is None else fused, frozen)
        self.lists = model.folder.operators("tensor_lists")
        self.adam = model.folder.operators("adam")
        self.optimizer = model.folder.description["optimizer"]
        self.statistic_names = model.statistics
        layers = tuple(f"{layer}." for layer in model.frozen()) if frozen else ()
        self.trained = [name for name in model.weights if not name.startswith(layers or ("?",))]
        self.weights = [values[name].to(device.torch, copy=True) for name in model.weights]
        self.statistics = [values[name].to(device.torch, copy=True) for name in model.statistics]
        self.moments = [[torch.zeros_like(weight) for weight in self.weights] for _ in range(2)]
        self.steps = 0

    def gradients(self, batch, method="gradients"):
        """Losses on the host, gradients of the trained weights and running statistics on the device."""
        losses, gradients, statistics = call(
            getattr(self.module, method),
            batch.features.to(self.device.torch),
            batch.frames,
            batch.labels.to(self.device.torch),
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
            torch.full([len(self.weights)], float(self.steps)).to(self.device.torch),
            self.weights,
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


class Replicas:
    """Trainers that share a step. On GPUs they compute concurrently, on CPUs one after the other."""

    def __init__(self, trainers):
        self.trainers = trainers
        concurrent = len(trainers) > 1 and all(trainer.device.is_gpu for trainer in trainers)
        self.threads = ThreadPoolExecutor(len(trainers)) if concurrent else None

    def gradients(self, shares):
        """Losses of all utterances, average of the gradients, running statistics of the first trainer."""
        first = self.trainers[0]
        each = self.threads.map if self.threads else map
        results = list(each(lambda trainer, share: trainer.gradients(share), self.trainers, shares))
        gradients = results[0][1]
        for _, other, _ in results[1:]:
            call_in_place(first.lists.add, gradients, other)
        if len(results) > 1:
            factor = torch.tensor([1 / len(results)], dtype=torch.float64)
            call_in_place(first.lists.scale, gradients, factor)
        return [loss for result in results for loss in result[0].tolist()], gradients, results[0][2]

    def step(self, shares, learning_rate):
        """One step on a share for each trainer -> losses, norm of the gradient."""
        first = self.trainers[0]
        losses, gradients, statistics = self.gradients(shares)
        norm = first.norm(gradients)
        if not all(map(math.isfinite, [*losses, norm, first.norm(statistics)])):
            raise ArithmeticError("a loss, the gradient's norm or a running statistic is not finite")
        first.update(gradients, norm, learning_rate)
        for trainer in self.trainers:
            trainer.assign(trainer.statistics, statistics)
            if trainer is not first:
                trainer.assign(trainer.weights, first.weights)
        return losses, norm
