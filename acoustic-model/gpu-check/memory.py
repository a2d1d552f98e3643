"""Memory over many steps of ever other shapes."""
import random
import time

from correctness import LEARNING_RATE
from report import FAIL, PASS, TOO_SLOW, Line
from trainer import Trainer

MEBIBYTE = 1 << 20
# After the first tenth of the steps. On a GPU every array is counted; of a process, memory that was freed may stay.
GROWTH_OF_ARRAYS = MEBIBYTE
GROWTH_OF_PROCESS = 64 * MEBIBYTE
RESERVED = 1.5
FEWEST_STEPS = 100


def check(report, model, device, steps, seconds):
    """Steps on one to eight utterances of 20 to 400 frames; ends early after the given time."""
    name = f"memory over {steps} steps of mixed shapes"
    with report.attempt(name, device):
        draw = random.Random(1)
        trainer = Trainer(model, model.values, device)
        batches = model.timed()
        trainer.step(batches[-1].cut(range(min(8, len(batches[-1]))), 400), LEARNING_RATE)
        start, taken, early = time.perf_counter(), 0, None
        while taken < steps and time.perf_counter() - start < seconds:
            batch = draw.choice(batches)
            utterances = draw.sample(range(len(batch)), draw.randint(1, min(8, len(batch))))
            trainer.step(batch.cut(utterances, draw.randint(20, 400)), LEARNING_RATE)
            taken += 1
            if early is None and (taken >= steps // 10 or time.perf_counter() - start > seconds / 10):
                early = device.allocated(), device.reserved(), taken
        held, reserved = device.allocated(), device.reserved()
        growth = held - early[0]
        allowed = GROWTH_OF_ARRAYS if device.is_gpu else GROWTH_OF_PROCESS + early[0] // 20
        more = reserved > RESERVED * early[1]
        measured = f"{growth / MEBIBYTE:+.1f} MiB from step {early[2]} to {taken}"
        details = {"held": held, "early": early[0], "reserved": reserved, "reserved_early": early[1], "steps": taken}
        if device.is_gpu:
            measured += f"; reserved {reserved / MEBIBYTE:.0f}"
        result = PASS if growth <= allowed and not more else FAIL
        if taken < min(FEWEST_STEPS, steps):
            result = TOO_SLOW
        report.add(Line(name, device, measured, f"<= {allowed / MEBIBYTE:.0f} MiB", result, growth, details))
