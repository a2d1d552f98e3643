"""DeepSpeech2 as an ordinary PyTorch program writes it: nn.Conv2d, nn.BatchNorm1d, nn.GRU, nn.Linear, automatic gradients.

The trainer is compared with it. The two share no code, only the text of the contract: kernels, strides, which
frames count, the names of the arrays.
"""
import torch
import torch.optim.swa_utils
from torch import nn
from torch.nn.functional import ctc_loss
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence

BINS = 161
CHANNELS = 32


class Convolution(nn.Conv2d):
    """A convolution over frequency and time, [utterances, channels, bins, frames], normalised over valid frames."""

    def __init__(self, first):
        if first:
            super().__init__(1, CHANNELS, (41, 11), stride=(2, 3), padding=(20, 5), bias=False)
        else:
            super().__init__(CHANNELS, CHANNELS, (21, 11), stride=(2, 1), padding=(10, 5), bias=False)
        self.norm = nn.BatchNorm1d(CHANNELS)

    def forward(self, images, lengths):
        convolved = super().forward(images).permute(0, 3, 1, 2)
        valid = torch.arange(convolved.size(1)) < lengths.unsqueeze(1)
        out = torch.zeros_like(convolved)
        out[valid] = self.norm(convolved[valid]).clamp(0, 20)
        return out.permute(0, 2, 3, 1)


class RecurrentLayer(nn.GRU):
    """A bidirectional GRU layer behind batch normalisation of its packed input."""

    def __init__(self, inputs, units):
        super().__init__(inputs, units, bidirectional=True)
        self.norm = nn.BatchNorm1d(inputs)

    def forward(self, packed, mask=1):
        """mask: for each packed row, factors of the normalised input."""
        rows = self.norm(packed.data) * mask
        normalised = PackedSequence(rows, packed.batch_sizes, packed.sorted_indices, packed.unsorted_indices)
        return super().forward(normalised)[0]


class DeepSpeech2(nn.Module):
    def __init__(self, conv_layers, rnn_layers, units, vocabulary):
        super().__init__()
        bins = BINS
        for _ in range(conv_layers):
            bins = (bins - 1) // 2 + 1
        sizes = [CHANNELS * bins] + [2 * units] * (rnn_layers - 1)
        self.conv = nn.ModuleList(Convolution(first=i == 0) for i in range(conv_layers))
        self.rnn = nn.ModuleList(RecurrentLayer(size, units) for size in sizes)
        self.output = nn.Linear(2 * units, vocabulary)

    def forward(self, features, frames, masks=None):
        """features: list of [frames, 161] -> log probabilities [frames, utterances, vocabulary], output frames.

        masks: factors [utterances, 2 * units] of the outputs of each GRU layer, the same in all frames.
        """
        images = nn.utils.rnn.pad_sequence(features, batch_first=True).transpose(1, 2).unsqueeze(1)
        lengths = (frames - 1) // 3 + 1
        for convolution in self.conv:
            images = convolution(images, lengths)
        rows = images.permute(3, 0, 1, 2).flatten(2)
        packed = pack_padded_sequence(rows, lengths, enforce_sorted=False)
        for number, layer in enumerate(self.rnn):
            if masks is None or number == 0:
                packed = layer(packed)
            else:
                all_frames = masks[number - 1].expand(int(lengths.max()), -1, -1)
                packed = layer(packed, pack_padded_sequence(all_frames, lengths, enforce_sorted=False).data)
        padded, _ = nn.utils.rnn.pad_packed_sequence(packed)
        if masks is not None:
            padded = padded * masks[-1]
        return self.output(padded).log_softmax(2), lengths

    def losses(self, features, frames, labels, label_lengths, masks=None):
        """Negative log likelihood of each utterance, nats."""
        outputs, lengths = self(features, frames, masks)
        return ctc_loss(outputs, labels, lengths, label_lengths, reduction="none")

    def freeze(self, layers):
        """Keeps layers such as conv.0 as they are, normalisation and its statistics included."""
        for layer in layers:
            module = self.get_submodule(layer)
            module.requires_grad_(False)
            if hasattr(module, "norm"):
                module.norm.eval()

    def arrays(self):
        """Every array under its name in model.safetensors."""
        named = {**dict(self.named_parameters()), **dict(self.named_buffers())}
        return {
            name.replace("_l0", ""): array for name, array in named.items() if not name.endswith("num_batches_tracked")
        }


class Training:
    """torch.optim.Adam with coupled L2 behind clipping by the global norm, and torch.optim.swa_utils behind it."""

    def __init__(self, model, weight_decay, maximum_norm, betas=(0.9, 0.999), epsilon=1e-8, norm_by_times=False):
        self.model = model
        self.norm_by_times = norm_by_times
        self.maximum_norm = maximum_norm
        self.averaged = None
        self.trained = {name: array for name, array in model.arrays().items() if array.requires_grad}
        self.adam = torch.optim.Adam(self.trained.values(), betas=betas, eps=epsilon, weight_decay=weight_decay)

    def begin(self, steps, moment):
        """Resumes as if after that many steps; moment(name, shape) gives exp_avg.NAME and exp_avg_sq.NAME."""
        for name, array in self.trained.items():
            self.adam.state[array] = {
                "step": torch.tensor(float(steps)),
                "exp_avg": moment(f"exp_avg.{name}", array.shape),
                "exp_avg_sq": moment(f"exp_avg_sq.{name}", array.shape),
            }

    def average(self, decay):
        """Begins an exponential moving average of weights and running statistics, which follows every step."""

        def updated(average, value, updates):
            used = min(decay, (1 + int(updates)) / (10 + int(updates)))
            return used * average + (1 - used) * value

        self.averaged = torch.optim.swa_utils.AveragedModel(self.model, avg_fn=updated, use_buffers=True)
        # The first update is a copy of the initial values.
        self.averaged.update_parameters(self.model)

    def step(self, batches, learning_rate):
        """One step on batches in a row, each cut into the shares of devices -> losses of all utterances, norm of the gradient.

        The gradients of the batches are added up, as backward() does. With norm_by_times, that of an utterance is
        divided by its output frames.
        """
        self.adam.zero_grad()
        losses = [loss for shares in batches for loss in self.backward(shares)]
        norm = nn.utils.clip_grad_norm_(self.trained.values(), self.maximum_norm)
        for group in self.adam.param_groups:
            group["lr"] = learning_rate
        self.adam.step()
        if self.averaged is not None:
            self.averaged.update_parameters(self.model)
        return losses, float(norm)

    def backward(self, shares):
        """Adds the gradient of a batch cut into the shares of devices -> losses.

        Each device normalises its share by itself; the running statistics that stay are those of the first. The
        gradient is the average of those of the devices.
        """
        losses = []
        for number, share in enumerate(shares):
            before = {name: array.clone() for name, array in self.model.named_buffers()}
            own = self.model.losses(*share)
            minimised = own / ((share[1] - 1) // 3 + 1) if self.norm_by_times else own
            (minimised.sum() / len(shares)).backward()
            losses.extend(own.tolist())
            if number > 0:
                for name, array in self.model.named_buffers():
                    array.copy_(before[name])
        return losses

    def averages(self):
        """average.NAME of every array; none if there is no average."""
        arrays = {} if self.averaged is None else self.averaged.module.arrays()
        return {f"average.{name}": array for name, array in arrays.items()}

    def moments(self):
        """exp_avg.NAME and exp_avg_sq.NAME of every trained array."""
        return {
            f"{kind}.{name}": self.adam.state[array][kind]
            for kind in ("exp_avg", "exp_avg_sq")
            for name, array in self.trained.items()
        }
