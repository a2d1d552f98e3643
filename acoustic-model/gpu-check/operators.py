"""The trainer's operators one by one: packing, CTC, Adam, lists of arrays, batch normalisation."""
import warnings

import torch
from torch import nn
from torch.nn.functional import ctc_loss

import devices
from correctness import CPU, EXACT, LEARNING_RATE, difference, worst
from report import NO_GPU, largest, number
from trainer import Trainer, call, call_in_place

# Values and gradients of one normalisation.
NORMALISATION = 1e-3
# Of the learning rate: weights in single precision are rounded to about 1e-5 of it.
ADAM_STEP = 1e-2
SUMS = 1e-5


def packing(report, model):
    """The order of packed rows, on the CPU, where the trainer computes it."""
    check = "packing, against pack_padded_sequence"
    with report.attempt(check, CPU):
        lengths = torch.tensor([5, 9, 1, 9, 3])
        width = 16
        places = (torch.arange(5).unsqueeze(1) * width + torch.arange(width)).float()
        expected = nn.utils.rnn.pack_padded_sequence(places, lengths, batch_first=True, enforce_sorted=False)
        try:
            unit = torch._C.CompilationUnit()
            file = str(model.folder.path / model.archives[0]["file"])
            torch._C.import_ir_module(unit, file, None, {}, False)
            positions, sizes = unit.find_function("__torch__.packing")(lengths, width)
        except (AttributeError, TypeError):
            # Functions of an archive are reached by PyTorch's internals alone, which may change.
            report.without(check, CPU, "not reached in this PyTorch")
            return
        wrong = int((positions != expected.data.long()).sum()) + int((sizes != expected.batch_sizes).sum())
        report.at_most(check, CPU, wrong, 0, f"{wrong} of {len(positions)} rows elsewhere")


def ctc(report, model, device):
    """Among the utterances: none with labels, equal neighbours, and labels for which there are too few frames."""
    check = "CTC loss and its gradient, against f64"
    with report.attempt(check, device):
        generator = torch.Generator().manual_seed(1)
        frames, counts = torch.tensor([60, 40, 9, 20, 7]), torch.tensor([12, 20, 0, 8, 7])
        logits = torch.randn(60, 5, model.vocabulary, generator=generator)
        labels = torch.randint(1, model.vocabulary, (int(counts.sum()),), generator=generator)
        labels[1], labels[-1] = labels[0], labels[-2]
        leaf = logits.double().requires_grad_()
        wanted = ctc_loss(leaf.log_softmax(2), labels, frames, counts, reduction="none")
        finite = torch.isfinite(wanted)
        (gradient,) = torch.autograd.grad(wanted[finite].sum(), leaf)
        module = model.folder.operators("ctc_criterion")
        losses, actual = call(
            module.loss_and_gradient, logits.to(device.torch), frames, labels.to(device.torch), counts
        )
        same = torch.equal(torch.isfinite(losses).cpu(), finite)
        of_losses = difference(losses.cpu()[finite], wanted[finite])
        of_gradient = difference(actual.cpu()[:, finite], gradient[:, finite])
        measured = f"loss {number(of_losses)}, gradient {number(of_gradient)}"
        value = largest((of_losses, of_gradient)) if same else float("inf")
        report.at_most(check, device, value, EXACT, measured if same else "other losses are infinite")


def adam(report, model, device):
    """Clipped steps whose gradients have other strides than their weights, against torch.optim.Adam in f64."""
    check = "Adam, 3 clipped steps, against f64"
    with report.attempt(check, device):
        generator = torch.Generator().manual_seed(1)
        settings = model.folder.description["optimizer"]
        shapes = [(32, 32, 21, 11), (96, 40), (17,)]
        weights = [torch.randn(shape, generator=generator) * 0.1 for shape in shapes]
        expected = [weight.double().requires_grad_() for weight in weights]
        options = {"betas": (settings["beta1"], settings["beta2"]), "eps": settings["epsilon"]}
        reference = torch.optim.Adam(expected, lr=LEARNING_RATE, weight_decay=settings["weight_decay"], **options)
        trainer = Trainer(model, model.values, device)
        trainer.weights = [weight.to(device.torch, copy=True) for weight in weights]
        trainer.update_only(trainer.weights)
        for _ in range(3):
            gradients = [torch.randn(shape, generator=generator) for shape in shapes]
            norm = 2 * settings["maximum_norm"]
            for weight, gradient in zip(expected, gradients):
                weight.grad = gradient.double() / 2
            reference.step()
            on_device = [gradient.to(device.torch) for gradient in gradients]
            on_device[0] = on_device[0].to(memory_format=torch.channels_last)
            trainer.update(on_device, norm, LEARNING_RATE)
        value = largest(
            float((actual.cpu().double() - wanted).abs().max()) / LEARNING_RATE
            for actual, wanted in zip(trainer.weights, expected)
        )
        report.at_most(check, device, value, ADAM_STEP, f"{number(value)} of the learning rate")


def lists(report, model, device):
    check = "sums of ranges, copies and norm of lists, against f64"
    with report.attempt(check, device):
        module = model.folder.operators("tensor_lists")
        generator = torch.Generator().manual_seed(1)
        hosts = [[torch.randn(n, generator=generator) for n in (1, 1000, 70_000)] for _ in range(3)]
        each = [[array.to(device.torch, copy=True) for array in arrays] for arrays in hosts]
        norm = call_in_place(module.norm, each[0])
        flat = [call_in_place(module.flat, arrays) for arrays in each]
        # The range starts in the second array and ends in the third one.
        bounds, factor = torch.tensor([501, 500, 60_000]), torch.tensor([0.5], dtype=torch.float64)
        sums = call_in_place(module.sum_of_ranges, flat, torch.empty(0, device=device.torch), bounds, factor)
        places = ((1, 500, 1000), (2, 0, 60_000))
        targets = [call_in_place(module.slice, each[0][i], torch.tensor([a, b])) for i, a, b in places]
        call_in_place(module.assign, targets, sums)
        exact = sum(torch.cat(arrays).double() for arrays in hosts) / 2
        _, middle, last = each[0]
        values = [difference(middle[500:], exact[501:1001]), difference(last[:60_000], exact[1001:61_001])]
        values += [difference(middle[:500], hosts[0][1][:500]), difference(last[60_000:], hosts[0][2][60_000:])]
        values.append(difference(norm, torch.cat([array.double() for array in hosts[0]]).norm()))
        report.at_most(check, device, largest(values), SUMS)


def weight_copies(report, model, device):
    """cuDNN copies the weights of a GRU layer in each call, with a warning, if they do not lie as it expects."""
    for precision in model.precisions:
        check = f"warnings that GRU weights are copied, {precision}"
        if device.is_gpu:
            copies_warned_of(report, model, device, check, precision)
        else:
            report.without(check, device, NO_GPU)


def copies_warned_of(report, model, device, check, precision):
    with report.attempt(check, device), devices.products("tf32" if precision == "tf32" else "f32"):
        trainer = Trainer(model, model.values, device, precision=precision)
        same = all(torch.equal(w.cpu(), model.values[name]) for name, w in zip(model.weights, trainer.weights))
        batch = model.exact()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            trainer.gradients(batch)
            trainer.log_probabilities(batch)
        copies = sum("contiguous chunk of memory" in str(warning.message) for warning in caught)
        report.at_most(check, device, copies if same else float("inf"), 0, None if same else "the weights have changed")


def normalisation(report, model, device):
    """The trainer's layout and mode of batch normalisation against f64, beside nn.BatchNorm1d in f32."""
    trainer = Trainer(model, model.values, device)
    for layer, shape in normalisation_rows(model).items():
        for train in (True, False):
            mode = "of the batch" if train else "running"
            check = f"batch normalisation, {layer} rows, {mode}"
            with report.attempt(check, device), devices.products("f32"):
                arrays = normalisation_arrays(shape)
                wanted = normalised_by(nn.BatchNorm1d(shape[2]).double(), arrays, CPU, train, torch.float64)
                ordinary = normalised_by(nn.BatchNorm1d(shape[2]), arrays, device, train, torch.float32)
                actual = normalised_by(trainer.module, arrays, device, train, torch.float32)
                value, name, each = worst(actual, wanted)
                measured = f"{number(value)} at {name}; ordinary {number(worst(ordinary, wanted)[0])}"
                report.at_most(check, device, value, NORMALISATION, measured, differences=each)
    check = "batch normalisation, one value"
    with report.attempt(check, device):
        running = [torch.full([3], value, device=device.torch) for value in (0.5, 2.0)]
        weights = [torch.full([3], value, device=device.torch) for value in (3.0, 0.25)]
        rows = torch.ones(1, 1, 3, device=device.torch)
        result = call(trainer.module.normalised, rows, *weights, *running, True)
        changes = [float((actual - wanted).abs().max()) for actual, wanted in zip((result, *running), (0.25, 0.5, 2.0))]
        report.at_most(check, device, largest(changes), 1e-6)


def normalisation_rows(model, rows=1500):
    """Rows as the layers have them, [n, bins, channels]."""
    bins = (161 - 1) // 2 + 1
    inputs = model.values["rnn.0.norm.weight"].numel()
    return {"convolution": (rows, bins, 32), "GRU": (rows, 1, inputs)}


def normalisation_arrays(shape):
    """Rows whose mean is 30 times their deviation in some channels, which sums of squares would not survive."""
    generator = torch.Generator().manual_seed(1)
    channels = shape[2]
    centre = torch.linspace(-30, 30, channels)
    rows = torch.randn(shape, generator=generator) + centre
    weight, bias = 1 + 0.3 * torch.randn(2, channels, generator=generator)
    return rows, torch.randn(shape, generator=generator), weight, bias, 0.9 * centre, torch.linspace(0.5, 2, channels)


def normalised_by(module, arrays, device, train, dtype):
    rows, output_gradient, weight, bias, mean, variance = (
        array.to(device.torch, dtype, copy=True) for array in arrays
    )
    leaves = [array.requires_grad_() for array in (rows, weight, bias)]
    if isinstance(module, nn.BatchNorm1d):
        module.to(device.torch).train(train)
        with torch.no_grad():
            for name, value in (("weight", weight), ("bias", bias), ("running_mean", mean), ("running_var", variance)):
                getattr(module, name).copy_(value)
        leaves[1:] = module.weight, module.bias
        flat = rows.reshape(-1, rows.size(2))
        output = module(flat).view_as(rows)
        mean, variance = module.running_mean, module.running_var
    else:
        output = call(module.normalised, rows, weight, bias, mean, variance, train)
    back = torch.autograd.grad(output, leaves, output_gradient)
    names = ("output", "its gradient", "weight gradient", "bias gradient", "running mean", "running variance")
    return dict(zip(names, (output, *back, mean, variance)))
