"""Devices, their clocks and memory, and the precision of products on them."""
import contextlib
import gc
import resource
import time

import torch

TF32 = {"f32": (False, False), "tf32": (True, True)}
AUTOCAST = {"bf16": torch.bfloat16, "f16": torch.float16}


class Device:
    def __init__(self, name):
        self.torch = torch.device(name)
        self.is_gpu = self.torch.type == "cuda"

    def __str__(self):
        return str(self.torch)

    def description(self):
        if self.is_gpu:
            properties = torch.cuda.get_device_properties(self.torch)
            capability = f"{properties.major}.{properties.minor}"
            memory = properties.total_memory / 2**30
            return f"{self}: {properties.name}, {memory:.1f} GiB, compute capability {capability}"
        return f"{self}: {torch.backends.cpu.get_cpu_capability()}, {torch.get_num_threads()} threads"

    def wait(self):
        """Until everything that was started is done."""
        if self.is_gpu:
            torch.cuda.synchronize(self.torch)

    def seconds(self, action):
        self.wait()
        start = time.perf_counter()
        action()
        self.wait()
        return time.perf_counter() - start

    def allocated(self):
        """Bytes: on a GPU those of arrays, on the CPU the resident memory of the process."""
        gc.collect()
        if self.is_gpu:
            self.wait()
            return torch.cuda.memory_allocated(self.torch)
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * resource.getpagesize()

    def reserved(self):
        """Bytes that PyTorch holds of the GPU."""
        return torch.cuda.memory_reserved(self.torch) if self.is_gpu else 0

    def free(self):
        """Gives cached memory back."""
        gc.collect()
        if self.is_gpu:
            torch.cuda.empty_cache()


def gpus():
    return [Device(f"cuda:{i}") for i in range(torch.cuda.device_count())] if torch.cuda.is_available() else []


@contextlib.contextmanager
def products(precision):
    """Sets TF32 for matrix products and cuDNN, as the trainer does: f32 or tf32."""
    before = (torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32)
    torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32 = TF32[precision]
    try:
        yield
    finally:
        torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32 = before


def autocast(device, precision):
    """Automatic mixed precision for bf16 and f16, else nothing."""
    if precision in AUTOCAST:
        return torch.autocast(device.torch.type, AUTOCAST[precision])
    return contextlib.nullcontext()


def matrix_peak(device, precision, seconds=2.0):
    """Operations per second of a large product, the best of several."""
    size = 8192 if device.is_gpu else 1536
    dtype = AUTOCAST.get(precision, torch.float32)
    left, right = (torch.randn(size, size, device=device.torch).to(dtype) for _ in range(2))
    best, spent, count = float("inf"), 0, 0
    with torch.inference_mode(), products(precision if precision in TF32 else "f32"):
        while count < 3 or (spent < seconds and count < 50):
            taken = device.seconds(lambda: torch.mm(left, right))
            spent, count = spent + taken, count + 1
            best = min(best, taken)
    return 2 * size**3 / best
