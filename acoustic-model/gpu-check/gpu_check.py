"""gpu_check.py [FOLDER] [--quick] [--json FILE] [--device NAME]: is the trainer's model correct and fast here?

Loads the TorchScript archives that the trainer uses into an ordinary PyTorch, and prints a line for each check. Exit
status: 0 if none failed, 1 if one did, 2 if the check could not run.
"""
import argparse
import json
import os
import pathlib
import sys
import time
import warnings

HERE = pathlib.Path(__file__).resolve().parent
OLDEST = (2, 6)


def arguments():
    parser = argparse.ArgumentParser(
        prog="gpu_check.py", description="Checks the trainer's model on this machine's GPU, or on its CPU."
    )
    parser.add_argument("folder", nargs="?", type=pathlib.Path, default=HERE, help="written by gpu-check/run make")
    parser.add_argument("--quick", action="store_true", help="a small model and fewer steps: two minutes on a CPU")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="writes the results with all details")
    parser.add_argument("--device", metavar="NAME", help="cpu, cuda:0, ...; otherwise cuda:0, or cpu without a GPU")
    return parser.parse_args()


def fail(reason):
    print(f"gpu_check: {reason}", file=sys.stderr)
    sys.exit(2)


def require_pytorch():
    try:
        import numpy  # noqa: F401
        import torch
    except (ImportError, OSError) as error:
        fail(f"{error}; {sys.executable} needs numpy and PyTorch {OLDEST[0]}.{OLDEST[1]} or later")
    version = tuple(int(part) for part in torch.__version__.split("+")[0].split(".")[:2])
    if version < OLDEST:
        fail(f"PyTorch {torch.__version__} given, allowed: {OLDEST[0]}.{OLDEST[1]} or later")


def chosen_device(name, devices):
    gpus = devices.gpus()
    if name is None:
        return gpus[0] if gpus else devices.Device("cpu")
    names = ["cpu"] + [str(gpu) for gpu in gpus]
    if name not in names:
        fail(f"--device: {name} given, allowed here: {', '.join(names)}")
    return devices.Device(name)


def compare(report, model, device):
    """Results: on the CPU too where there is a GPU."""
    import correctness
    import operators

    expected = correctness.Expected(model)
    operators.packing(report, model)
    with report.attempt("the host's copies to the GPU", correctness.CPU):
        import places

        places.check(report, model)
    results = {}
    for place in [device] if not device.is_gpu else [device, correctness.CPU]:
        results[str(place)] = correctness.gradients(report, model, place, expected)
        correctness.rectifier(report, model, place, expected)
        operators.ctc(report, model, place)
        operators.adam(report, model, place)
        operators.lists(report, model, place)
        operators.normalisation(report, model, place)
    operators.weight_copies(report, model, device)
    gpu = device if device.is_gpu else None
    correctness.gpu_against_cpu(report, model, gpu, expected, results.get("cpu"), results[str(device)])
    correctness.precisions(report, model, device, expected)
    correctness.training(report, model, device, steps=10)
    correctness.replicas(report, model, two_places(device), expected)


def two_places(device):
    """The devices of two replicas: two GPUs if there are as many."""
    import devices

    others = [gpu for gpu in devices.gpus() if str(gpu) != str(device)] if device.is_gpu else []
    return [device, others[0] if others else device]


def measure(report, model, device, quick):
    """Times and memory."""
    import memory
    import speed

    times = speed.Speed(report, model, device, seconds=5 if quick else 15)
    for precision in model.precisions:
        times.against_ordinary(precision)
    for precision in ("bf16", "f16"):
        times.against_f32(precision)
    times.choice()
    times.normalisation()
    times.synchronisations()
    times.replicas(two_places(device))
    memory.check(report, model, device, steps=300 if quick else 5000, seconds=60 if quick else 150)


def write(file, report, environment, seconds):
    lines = [{**vars(line), "device": str(line.device)} for line in report.lines]
    passed = not report.failed()
    text = json.dumps({**environment, "passed": passed, "seconds": seconds, "lines": lines}, indent=1)
    file.write_text(text + "\n", encoding="utf-8")


def main():
    start = time.time()
    options = arguments()
    # As TorchEngine (Java): threads that spin while they wait make steps several times as slow on a busy machine.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    require_pytorch()
    # PyTorch warns of TorchScript's age, of old names of TF32's switches, and of weights that are not one array.
    warnings.simplefilter("ignore")
    sys.path[:0] = [str(HERE), str(HERE.parent / "reference")]
    import torch

    import check_folder
    import devices
    import report as table

    device = chosen_device(options.device, devices)
    if options.json and not options.json.parent.is_dir():
        fail(f"--json: the folder {options.json.parent} does not exist")
    try:
        folder = check_folder.CheckFolder(options.folder)
        model = folder.model("quick" if options.quick else "full")
    except check_folder.BadFolder as error:
        fail(error)
    except KeyError as error:
        fail(f"{options.folder / 'check.json'}: field {error} is missing")
    trainers = folder.description["pytorch"]
    environment = {
        "pytorch": torch.__version__,
        "pytorch_of_the_trainer": trainers,
        "device": device.description(),
        "model": str(model),
    }
    print(f"PyTorch {torch.__version__} (the trainer has {trainers}); {device.description()}; {model}\n")
    report = table.Report()
    compare(report, model, device)
    device.free()
    measure(report, model, device, options.quick)
    seconds = round(time.time() - start)
    failed = len(report.failed())
    print(f"\n{len(report.lines)} lines, {failed} failed, {seconds} s")
    if options.json:
        write(options.json, report, environment, seconds)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
