# TorchScript, serialised dialect. See deepspeech.acoustic.torchscript.TensorLists.
class TensorLists(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def assign(self, targets: List[Tensor], sources: List[Tensor]) -> Tensor:
    torch._foreach_copy_(targets, sources)
    return targets[0]

  def slice(self, array: Tensor, bounds: Tensor) -> Tensor:
    return array.view([-1])[int(bounds[0]):int(bounds[1])]

  def flat(self, arrays: List[Tensor]) -> Tensor:
    parts = annotate(List[Tensor], [])
    for i in range(len(arrays)):
      parts.append(arrays[i].reshape([-1]))
    return torch.cat(parts, 0)

  # `bounds` are the start of the range and the sizes of the results, on the CPU. `place` is on the
  # device of the results. GPUs start all copies before the first sum waits for one. A copy to the
  # host must not be asynchronous, because nothing on the host would wait for it.
  def sum_of_ranges(
      self, arrays: List[Tensor], place: Tensor, bounds: Tensor, factor: Tensor) -> List[Tensor]:
    sizes = annotate(List[int], [])
    start = int(bounds[0])
    end = start
    for i in range(1, bounds.size(0)):
      sizes.append(int(bounds[i]))
      end = end + int(bounds[i])
    parts = annotate(List[Tensor], [])
    for i in range(len(arrays)):
      parts.append(arrays[i][start:end].to(place.device, non_blocking=place.is_cuda))
    if len(parts) == 1:
      total = parts[0].clone()
    else:
      total = torch.add(parts[0], parts[1])
    for i in range(2, len(parts)):
      torch.add_(total, parts[i])
    total.mul_(float(factor))
    return torch.split_with_sizes(total, sizes, 0)

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
