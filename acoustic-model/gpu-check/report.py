"""The table of results."""
import contextlib
import dataclasses
import math
import textwrap
import time

PASS = "pass"
FAIL = "FAIL"
NO_GPU = "no GPU here"
ONE_GPU = "one GPU here"
TOO_SLOW = "too slow here"
INFORMATION = "for information"

COLUMNS = "{:<63} {:<7} {:<44} {:<11} {}"


@dataclasses.dataclass
class Line:
    """One check on one device. allowed is empty where nothing is required; at is the time since the start."""

    check: str
    device: object
    measured: str
    allowed: str
    result: str
    value: float | None = None
    details: dict = dataclasses.field(default_factory=dict)
    at: float | None = None


class Report:
    """Prints each line when it is known."""

    def __init__(self):
        self.start = time.perf_counter()
        self.lines = []
        print(COLUMNS.format("check", "device", "measured", "allowed", "result"))
        print("-" * 138)

    def add(self, line):
        line.at = round(time.perf_counter() - self.start, 1)
        self.lines.append(line)
        print(COLUMNS.format(line.check, str(line.device), line.measured, line.allowed, line.result), flush=True)

    def at_most(self, check, device, value, allowed, measured=None, **details):
        """Passes if the value is allowed; one that is not a number fails."""
        result = PASS if value <= allowed else FAIL
        self.add(Line(check, device, measured or number(value), "<= " + number(allowed), result, value, details))

    def at_least(self, check, device, value, allowed, measured=None, **details):
        result = PASS if value >= allowed else FAIL
        self.add(Line(check, device, measured or number(value), ">= " + number(allowed), result, value, details))

    def without(self, check, device, result, measured="", **details):
        """A line that can neither pass nor fail here."""
        self.add(Line(check, device, measured, "", result, None, details))

    @contextlib.contextmanager
    def attempt(self, check, device):
        """What a check raises is a line that fails; the checks after it still run."""
        try:
            yield
        except Exception as error:  # whatever PyTorch raises
            text = " ".join(str(error).split()) or type(error).__name__
            self.add(Line(check, device, textwrap.shorten(text, 44), "no error", FAIL, None, {"error": str(error)}))

    def failed(self):
        return [line for line in self.lines if line.result == FAIL]


def largest(values):
    """The largest value, which is infinite if one is not a number: max() may skip that one."""
    values = list(values)
    return max(values) if all(map(math.isfinite, values)) else math.inf


def number(value):
    """Three figures, short."""
    if not math.isfinite(value):
        return str(value)
    if value == int(value) and abs(value) < 1000:
        return str(int(value))
    return f"{value:.3g}" if 0.01 <= abs(value) < 1000 else f"{value:.1e}"
