# TorchScript, serialised dialect. See deepspeech.acoustic.torchscript.TorchScriptSource.

# Copies an array of the host to the device of another array. The host does not wait: a GPU copies
# when it has computed what was launched before. From memory that is not pinned the copy would wait
# for all of that.
def on_device(array: Tensor, place: Tensor) -> Tensor:
  if place.is_cuda:
    return torch.pin_memory(array).to(place.device, non_blocking=True)
  return array.to(place.device)
