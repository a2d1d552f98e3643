"""Reads the folder that GpuCheckFolder (Java) writes; check.json describes it."""
import dataclasses
import hashlib
import json

import torch

import safetensors_file

FORMAT = 2


class BadFolder(Exception):
    """Says in one line what is wrong with the folder."""


@dataclasses.dataclass
class Batch:
    """Utterances one after another without padding; all arrays are on the host.

    pieces holds how many utterances the trainer gives to each of two devices.
    """

    name: str
    features: torch.Tensor
    frames: torch.Tensor
    labels: torch.Tensor
    label_lengths: torch.Tensor
    pieces: tuple = ()

    def __len__(self):
        return len(self.frames)

    def shares(self):
        """The batch in two pieces."""
        first = self.pieces[0]
        return [self.cut(range(first)), self.cut(range(first, len(self)))]

    def cut(self, utterances, most_frames=None):
        """Some utterances, from their beginnings up to a number of frames, with as many labels as fit."""
        features = self.features.split(self.frames.tolist())
        labels = self.labels.split(self.label_lengths.tolist())
        frames, counts, rows, tokens = [], [], [], []
        for i in utterances:
            length = min(len(features[i]), most_frames or len(features[i]))
            count = len(labels[i]) * length // len(features[i])
            frames.append(length)
            counts.append(count)
            rows.append(features[i][:length])
            tokens.append(labels[i][:count])
        return Batch(self.name, torch.cat(rows), torch.tensor(frames), torch.cat(tokens), torch.tensor(counts))


class Model:
    """A shape with its initial values, archives and batches."""

    def __init__(self, folder, description):
        self.folder = folder
        shape = description["shape"]
        self.convolutions = shape["num_conv_layers"]
        self.rnn_layers = shape["num_rnn_layers"]
        self.units = shape["rnn_layer_size"]
        self.vocabulary = shape["vocabulary_size"]
        self.weights = description["weights"]
        self.statistics = description["statistics"]
        self.precisions = description["precisions"]
        self.archives = description["archives"]
        arrays = safetensors_file.read(folder.path / description["parameters"])
        self.values = {name: torch.tensor(array) for name, array in arrays.items()}
        for name in self.weights + self.statistics:
            if name not in self.values:
                raise BadFolder(f"{folder.path / description['parameters']}: array {name} is missing")
        self.batches = {entry["name"]: self._batch(entry) for entry in description["batches"]}

    def _batch(self, entry):
        arrays = {
            name: torch.tensor(array)
            for name, array in safetensors_file.read(self.folder.path / entry["file"]).items()
        }
        wholes = (arrays[name].long() for name in ("frames", "labels", "label_lengths"))
        return Batch(entry["name"], arrays["features"], *wholes, tuple(entry["pieces"]))

    def exact(self):
        """The small batch on which results are compared: among others, an utterance of one frame without labels."""
        return self.batches["exact"]

    def timed(self):
        """The batches on which steps are timed, the shortest first."""
        return [batch for name, batch in self.batches.items() if name != "exact"]

    def moved(self, *offsets):
        """The initial values with the normalisations moved off their start.

        offsets are those of the convolutions' channels in turn.
        At the start each normalisation of a convolution is followed by a rectifier with a corner at 0 and by another
        normalisation, which cancels a factor: the gradient of the last convolution's norm.weight is 0, and what a
        program computes for it is only rounding. Offsets of 10 keep all activations between the corners of the
        rectifier, 0 and 20. Near a corner, rounding puts an activation on either side, and a single one is 1 to 2 % of
        the gradient of a channel.
        """
        values = {}
        for name, array in self.values.items():
            count = array.numel()
            wave = torch.sin(torch.arange(count, dtype=torch.float64)).reshape(array.shape).float()
            values[name] = array + (0.3 * wave if ".norm." in name else 0)
            if name.startswith("conv.") and name.endswith("norm.bias"):
                values[name] += torch.tensor(offsets, dtype=torch.float32).repeat(count)[:count]
        return values

    def archive(self, fused, frozen=False, precision="f32"):
        """The acoustic model as the trainer makes it; fused: with PyTorch's own GRU. TF32 is a setting of PyTorch."""
        kind = "f32" if precision == "tf32" else precision
        for entry in self.archives:
            if entry["fused_gru"] == fused and bool(entry["frozen"]) == frozen and entry["precision"] == kind:
                return self.folder.load(entry["file"])
        raise BadFolder(f"{self.folder.path}: no archive with fused_gru {fused}, frozen layers {frozen} and {kind}")

    def frozen(self):
        """The layers that the archive with frozen layers does not train."""
        return next(entry["frozen"] for entry in self.archives if entry["frozen"])

    def operations(self, batch):
        """Multiplications and additions of a step on the valid frames; backward takes twice what forward takes."""
        bins, of_frame = 161, 0
        for i in range(self.convolutions):
            bins = (bins - 1) // 2 + 1
            of_frame += bins * 32 * 11 * (41 if i == 0 else 32 * 21)
        for i in range(self.rnn_layers):
            inputs = 32 * bins if i == 0 else 2 * self.units
            of_frame += 2 * 3 * self.units * (inputs + self.units)
        of_frame += 2 * self.units * self.vocabulary
        return 3 * 2 * of_frame * int(((batch.frames - 1) // 3 + 1).sum())

    def __str__(self):
        return f"{self.convolutions} convolutions, GRU {self.rnn_layers} x {self.units}, {self.vocabulary} tokens"


class CheckFolder:
    """A folder whose files are complete."""

    def __init__(self, path):
        self.path = path
        file = path / "check.json"
        if not file.is_file():
            raise BadFolder(f"{file}: does not exist; `gpu-check/run make FOLDER` writes a folder")
        try:
            self.description = json.loads(file.read_text(encoding="utf-8"))
            found = self.description["format"]
        except (ValueError, KeyError, TypeError) as error:
            raise BadFolder(f"{file}: is not the description of a folder ({error})") from None
        if found != FORMAT:
            raise BadFolder(f"{file}: format {found} given, allowed: {FORMAT}; use the gpu_check.py that came with it")
        for name, expected in self.description["files"].items():
            self._require(path / name, expected)

    @staticmethod
    def _require(file, expected):
        if not file.is_file():
            raise BadFolder(f"{file}: is missing")
        content = file.read_bytes()
        if len(content) != expected["bytes"]:
            raise BadFolder(f"{file}: {len(content)} bytes given, expected: {expected['bytes']}")
        if hashlib.sha256(content).hexdigest() != expected["sha256"]:
            raise BadFolder(f"{file}: has another SHA-256 than check.json says")

    def model(self, name):
        if name not in self.description["models"]:
            held = ", ".join(self.description["models"])
            raise BadFolder(f"{self.path}: has no model {name}, only {held}; `gpu-check/run make` writes both")
        return Model(self, self.description["models"][name])

    def load(self, name):
        return torch.jit.load(self.path / name)

    def operators(self, name):
        """One of the archives that do not depend on the shape: ctc_criterion, tensor_lists or adam."""
        return self.load(self.description["archives"][name])
