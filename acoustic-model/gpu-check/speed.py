"""Times of steps beside those of the ordinary program, the share of the matrix peak, synchronisations."""
import time

import torch
from torch import nn

import devices
import operators
from correctness import LEARNING_RATE
from ordinary import Ordinary
from report import INFORMATION, NO_GPU, ONE_GPU
from trainer import Replicas, Trainer

# Step of the trainer over that of the ordinary program.
STEP = 1.25
# Step with the GRU that the trainer chooses over one with the other.
CHOICE = 1.25
NORMALISATION = 1.5
# Of the measured peak of a large product. Less than this means that something other than products takes the time.
SHARE = 0.02
# A step uploads five arrays and reads losses and two norms; CTC copies lengths. One a frame would be hundreds.
SYNCHRONISATIONS = 32
SPEED_UP_OF_TWO = 1.5
TWO_ON_ONE_DEVICE = 3
WAITS = ("cudaStreamSynchronize", "cudaDeviceSynchronize", "cudaEventSynchronize", "cudaMemcpy")


def interleaved(device, programs, batches, seconds):
    """Runs the programs in turns on each batch -> the sum over the batches of each program's fastest run, in seconds.

    Other processes make runs slower, never faster. Ends after the given time, but not before each program has run five
    times after warming up, or once if that takes three times as long.
    """
    taken = {}
    start, rounds = time.perf_counter(), -1
    while rounds < 5 or (time.perf_counter() - start < seconds and rounds < 30):
        rounds += 1
        if rounds > 1 and time.perf_counter() - start > 3 * seconds:
            break
        names = list(programs) if rounds % 2 == 0 else list(reversed(programs))
        for batch in batches:
            for name in names:
                spent = device.seconds(lambda: programs[name](batch))
                taken[name, batch.name] = min(spent, taken.get((name, batch.name), spent))
    return {name: sum(taken[name, batch.name] for batch in batches) for name in programs}


def affordable(model, device, peak, seconds):
    """The timed batches, of which a slow device skips the longer ones."""
    chosen = []
    for batch in model.timed():
        if not chosen or model.operations(batch) / (0.3 * peak) < seconds:
            chosen.append(batch)
    return chosen


class Speed:
    def __init__(self, report, model, device, seconds):
        self.report = report
        self.model = model
        self.device = device
        self.seconds = seconds
        self.peaks = {}
        self.batches = affordable(model, device, self.peak("f32"), seconds / 5)
        self.operations = sum(model.operations(batch) for batch in self.batches)

    def peak(self, precision):
        if precision not in self.peaks:
            self.peaks[precision] = devices.matrix_peak(self.device, precision, self.seconds / 10)
        return self.peaks[precision]

    def fastest(self, programs, batches, allowed, seconds=None):
        """Seconds of two programs. A ratio that is not allowed is measured once more: something may have run beside."""
        seconds = seconds or self.seconds
        times = interleaved(self.device, programs, batches, seconds)
        one, other = programs
        if not times[one] <= allowed * times[other]:
            again = interleaved(self.device, programs, batches, seconds)
            times = {name: min(times[name], again[name]) for name in programs}
        return times

    def trainer(self, fused=None, precision="f32"):
        trainer = Trainer(self.model, self.model.values, self.device, fused, precision=precision)
        return lambda batch: trainer.step(batch, LEARNING_RATE)

    def ordinary(self, precision="f32"):
        ordinary = Ordinary(self.model, self.model.values, self.device, precision)
        return lambda batch: ordinary.step(batch, LEARNING_RATE)

    def against_ordinary(self, precision):
        check = f"step against the ordinary program, {precision}"
        if precision not in ("f32", "bf16") and not self.device.is_gpu:
            self.report.without(check, self.device, NO_GPU)
            return
        with self.report.attempt(check, self.device), devices.products("tf32" if precision == "tf32" else "f32"):
            programs = {"trainer": self.trainer(precision=precision), "ordinary": self.ordinary(precision)}
            times = self.fastest(programs, self.batches, STEP)
            ratio = times["trainer"] / times["ordinary"]
            measured = f"{times['trainer']:.3f} s / {times['ordinary']:.3f} s = {ratio:.2f}"
            details = {"seconds": times, "operations": self.operations}
            self.report.at_most(check, self.device, ratio, STEP, measured, **details)
            self.share(precision, times)

    def share(self, precision, times):
        # Once more: the first product may have shared the processor.
        peak = max(self.peak(precision), devices.matrix_peak(self.device, precision, self.seconds / 10))
        self.peaks[precision] = peak
        shares = {program: self.operations / seconds / peak for program, seconds in times.items()}
        measured = f"{shares['trainer']:.3f} of {peak / 1e12:.3g} T/s; ordinary {shares['ordinary']:.3f}"
        check = f"share of the matrix peak, {precision}"
        if precision == "f32":
            self.report.at_least(check, self.device, shares["trainer"], SHARE, measured, peak=peak, shares=shares)
        else:
            self.report.without(check, self.device, INFORMATION, measured, peak=peak, shares=shares)

    def against_f32(self, precision):
        """What a precision gains in the trainer."""
        check = f"step of the trainer, {precision} against f32"
        if precision not in ("f32", "bf16") and not self.device.is_gpu:
            self.report.without(check, self.device, NO_GPU)
            return
        # The setting for TF32 holds for both programs of a comparison.
        if precision == "tf32":
            return
        with self.report.attempt(check, self.device), devices.products("f32"):
            programs = {precision: self.trainer(precision=precision), "f32": self.trainer()}
            times = interleaved(self.device, programs, self.batches[:1], self.seconds)
            ratio = times[precision] / times["f32"]
            measured = f"{times[precision]:.3f} s / {times['f32']:.3f} s = {ratio:.2f}"
            self.report.without(check, self.device, INFORMATION, measured, seconds=times)

    def choice(self):
        """The GRU that the trainer takes on this device against the other one."""
        check = "step with the trainer's GRU against the other"
        with self.report.attempt(check, self.device), devices.products("f32"):
            programs = {"chosen": self.trainer(self.device.is_gpu), "other": self.trainer(not self.device.is_gpu)}
            times = self.fastest(programs, self.batches[:1], CHOICE)
            ratio = times["chosen"] / times["other"]
            kinds = ("fused", "hand-written") if self.device.is_gpu else ("hand-written", "fused")
            measured = f"{kinds[0]} {times['chosen']:.3f} s, {kinds[1]} {times['other']:.3f} s"
            self.report.at_most(check, self.device, ratio, CHOICE, measured, seconds=times)

    def normalisation(self):
        """Forward and backward pass of batch normalisation, with the rows of a long batch."""
        trainer = Trainer(self.model, self.model.values, self.device)
        rows = 8000 if self.device.is_gpu else 1500
        for layer, shape in operators.normalisation_rows(self.model, rows).items():
            check = f"time of batch normalisation, {layer} rows, against ordinary"
            with self.report.attempt(check, self.device):
                arrays = [array.to(self.device.torch) for array in operators.normalisation_arrays(shape)]
                programs = {
                    name: lambda _, module=module: operators.normalised_by(
                        module, arrays, self.device, True, torch.float32
                    )
                    for name, module in (("trainer", trainer.module), ("ordinary", nn.BatchNorm1d(shape[2])))
                }
                times = self.fastest(programs, self.batches[:1], NORMALISATION, self.seconds / 5)
                ratio = times["trainer"] / times["ordinary"]
                measured = f"{1e3 * times['trainer']:.2f} ms / {1e3 * times['ordinary']:.2f} ms = {ratio:.2f}"
                self.report.at_most(check, self.device, ratio, NORMALISATION, measured, seconds=times)

    def synchronisations(self):
        check = "synchronisations with the GPU in a step"
        if not self.device.is_gpu:
            self.report.without(check, self.device, NO_GPU)
            return
        with self.report.attempt(check, self.device):
            counts = {}
            for name, step in (("trainer", self.trainer()), ("ordinary", self.ordinary())):
                counts[name] = [self.waits(step, batch) for batch in (self.batches[0], self.batches[-1])]
            measured = f"{max(counts['trainer'])}; ordinary {max(counts['ordinary'])}"
            self.report.at_most(check, self.device, max(counts["trainer"]), SYNCHRONISATIONS, measured, counts=counts)

    def waits(self, step, batch):
        step(batch)
        self.device.wait()
        activities = [torch.profiler.ProfilerActivity.CPU, torch.profiler.ProfilerActivity.CUDA]
        with torch.profiler.profile(activities=activities) as profile:
            step(batch)
        return sum(event.count for event in profile.key_averages() if event.key in WAITS)

    def replicas(self, places):
        """A step of two replicas against one of a single one, on the same batch."""
        apart = len({str(place) for place in places}) > 1
        check = "step of one GPU against two" if apart else "step of two replicas against one, on one device"
        with self.report.attempt(check, self.device), devices.products("f32"):
            one = Trainer(self.model, self.model.values, places[0])
            two = Replicas([Trainer(self.model, self.model.values, place) for place in places])
            programs = {
                "two": lambda batch: two.step(batch.shares(), LEARNING_RATE),
                "one": lambda batch: one.step(batch, LEARNING_RATE),
            }
            allowed = 1 / SPEED_UP_OF_TWO if apart else TWO_ON_ONE_DEVICE
            times = self.fastest(programs, self.batches[-1:], allowed)
            ratio = times["two"] / times["one"]
            measured = f"{times['two']:.3f} s / {times['one']:.3f} s = {ratio:.2f}"
            if apart:
                measured = f"{times['one']:.3f} s / {times['two']:.3f} s = {1 / ratio:.2f}"
                self.report.at_least(check, self.device, 1 / ratio, SPEED_UP_OF_TWO, measured, seconds=times)
            else:
                self.report.at_most(check, self.device, ratio, TWO_ON_ONE_DEVICE, measured, seconds=times)
        if not apart:
            result = ONE_GPU if self.device.is_gpu else NO_GPU
            self.report.without("step of one GPU against two", self.device, result)
