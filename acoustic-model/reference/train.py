"""train.py FOLDER: trains the ordinary PyTorch program on what `benchmarks/run learning ... export=FOLDER` wrote.

The same initial weights, batches and learning rates; prints the train loss and the test CER of each epoch.
"""
import json
import pathlib
import sys
import time

import torch

import safetensors_file
from deepspeech2 import DeepSpeech2, Training


def batches(folder):
    """The batches of a folder: features, frames, labels, label lengths, texts; a batch may be cut into several parts."""
    parts = {}
    for path in sorted(folder.glob("*.safetensors")):
        parts.setdefault(path.name.split("-")[0], []).append(path)
    for paths in parts.values():
        features, frames, labels, label_lengths, texts = [], [], [], [], []
        for path in paths:
            part = safetensors_file.read(path)
            rows = torch.tensor(part["features"]).float()
            features += rows.split(part["frames"].tolist())
            frames += part["frames"].tolist()
            labels += part["labels"].tolist()
            label_lengths += part["label_lengths"].tolist()
            text, start = part["texts"].tobytes(), 0
            for length in part["text_lengths"].tolist():
                texts.append(text[start : start + length].decode())
                start += length
        yield features, torch.tensor(frames), torch.tensor(labels), torch.tensor(label_lengths), texts


def edits(reference, hypothesis):
    """Levenshtein distance."""
    above = list(range(len(hypothesis) + 1))
    for i, wanted in enumerate(reference):
        row = [i + 1]
        for j, given in enumerate(hypothesis):
            row.append(min(above[j] + (wanted != given), above[j + 1] + 1, row[j] + 1))
        above = row
    return above[-1]


def character_error_rate(model, folder, vocabulary):
    model.eval()
    errors = characters = 0
    with torch.no_grad():
        for features, frames, _, _, texts in batches(folder):
            outputs, lengths = model(features, frames)
            for tokens, length, text in zip(outputs.argmax(2).t().tolist(), lengths.tolist(), texts):
                best = tokens[:length]
                kept = [t for t, before in zip(best, [0] + best) if t != before and t != 0]
                reference = " ".join(text.split())
                errors += edits(reference, " ".join("".join(vocabulary[t] for t in kept).split()))
                characters += len(reference)
    model.train()
    return errors / characters


def main():
    folder = pathlib.Path(sys.argv[1])
    description = json.loads((folder / "training.json").read_text(encoding="utf-8"))
    vocabulary = description["vocabulary"]
    model = DeepSpeech2(
        description["num_conv_layers"], description["num_rnn_layers"], description["rnn_layer_size"], len(vocabulary)
    )
    initial = safetensors_file.read(folder / "model.safetensors")
    with torch.no_grad():
        for name, array in model.arrays().items():
            array.copy_(torch.tensor(initial[name]))
    training = Training(model, description["weight_decay"], description["maximum_norm"])
    start = time.time()
    for epoch, learning_rate in enumerate(description["learning_rates"], 1):
        loss = utterances = 0
        for *batch, texts in batches(folder / "train" / f"{epoch:04d}"):
            losses, _ = training.step([[batch]], learning_rate)
            loss += sum(losses)
            utterances += len(texts)
        cer = character_error_rate(model, folder / "test", vocabulary)
        print(f"epoch {epoch}: loss {loss / utterances:.3f}, cer {cer:.4f}, {time.time() - start:.0f} s", flush=True)


main()
