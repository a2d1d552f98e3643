# TorchScript, serialised dialect. See deepspeech.acoustic.torchscript.TensorLists.
class TensorLists(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def assign(self, targets: List[Tensor], sources: List[Tensor]) -> Tensor:
    torch._foreach_copy_(targets, sources)
    return targets[0]

  def add(self, targets: List[Tensor], sources: List[Tensor]) -> Tensor:
    for i in range(len(targets)):
      torch.add_(targets[i], sources[i].to(targets[i].device))
    return targets[0]

  def scale(self, arrays: List[Tensor], factor: Tensor) -> Tensor:
    torch._foreach_mul_(arrays, float(factor))
    return arrays[0]

  # Equal values stay as they are, to the bit.
  def interpolate(self, targets: List[Tensor], ends: List[Tensor], fraction: Tensor) -> Tensor:
    torch._foreach_lerp_(targets, ends, float(fraction))
    return targets[0]

  def norm(self, arrays: List[Tensor]) -> Tensor:
    return torch.linalg_vector_norm(torch.stack(torch._foreach_norm(arrays, 2.0), 0))
