"""The same model as an ordinary PyTorch program trains it: nn.GRU, ctc_loss, automatic gradients, fused Adam."""
import torch
from torch import nn

import devices
from deepspeech2 import DeepSpeech2


class Ordinary:
    """precision: f32, tf32, bf16 or f16; dtype float64 gives the values with which others are compared."""

    def __init__(self, model, values, device, precision="f32", dtype=torch.float32, frozen=False):
        self.device = device
        self.precision = precision
        self.dtype = dtype
        self.module = DeepSpeech2(model.convolutions, model.rnn_layers, model.units, model.vocabulary)
        self.module.to(device.torch, dtype)
        with torch.no_grad():
            for name, array in self.module.arrays().items():
                array.copy_(values[name])
        if frozen:
            self.module.freeze(model.frozen())
        settings = model.folder.description["optimizer"]
        self.maximum_norm = settings["maximum_norm"]
        self.trained = {name: array for name, array in self.module.arrays().items() if array.requires_grad}
        self.statistic_names = model.statistics
        self.adam = torch.optim.Adam(
            self.trained.values(),
            betas=(settings["beta1"], settings["beta2"]),
            eps=settings["epsilon"],
            weight_decay=settings["weight_decay"],
            fused=dtype == torch.float32,
        )

    def losses(self, batch):
        features = batch.features.to(self.device.torch).to(self.dtype)
        labels = batch.labels.to(self.device.torch)
        with devices.autocast(self.device, self.precision):
            rows = features.split(batch.frames.tolist())
            return self.module.losses(list(rows), batch.frames, labels, batch.label_lengths)

    def gradients(self, batch):
        """Losses on the host, gradients by name, running statistics by name; all afterwards as before."""
        before = [buffer.clone() for buffer in self.module.buffers()]
        self.adam.zero_grad()
        losses = self.losses(batch)
        losses.sum().backward()
        gradients = {name: array.grad for name, array in self.trained.items()}
        statistics = {name: self.module.arrays()[name].clone() for name in self.statistic_names}
        for buffer, value in zip(self.module.buffers(), before):
            buffer.copy_(value)
        self.adam.zero_grad()
        return losses.detach().cpu(), gradients, statistics

    def step(self, batch, learning_rate):
        self.adam.zero_grad()
        losses = self.losses(batch)
        losses.sum().backward()
        norm = nn.utils.clip_grad_norm_(self.trained.values(), self.maximum_norm)
        for group in self.adam.param_groups:
            group["lr"] = learning_rate
        self.adam.step()
        return losses.tolist(), float(norm)

    def log_probabilities(self, batch):
        """[utterances, longest, vocabulary] in evaluation mode, zero after an utterance's end, and output frames."""
        self.module.eval()
        rows = batch.features.to(self.device.torch).to(self.dtype).split(batch.frames.tolist())
        with torch.no_grad():
            outputs, lengths = self.module(list(rows), batch.frames)
        self.module.train()
        outputs = outputs.transpose(0, 1)
        valid = torch.arange(outputs.size(1)) < lengths.unsqueeze(1)
        return outputs * valid.unsqueeze(2).to(outputs.device), lengths
