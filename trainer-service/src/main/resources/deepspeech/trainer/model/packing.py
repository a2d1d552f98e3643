# TorchScript, serialised dialect. See deepspeech.trainer.model.AcousticModel.
#
# Packed rows hold every valid output frame once: all first frames, then all second frames and so on, the utterances
# longest first. This is the order of PyTorch's packed sequences. Nothing here is padding.

# Output frames of utterances: convolution 0 has kernel 11, padding 5 and stride 3 in time.
def output_frames(frames: Tensor) -> Tensor:
  return torch.floor_divide(frames - 1, 3) + 1

# lengths [batch] -> longest first, the utterance that each is of, and which of [longest, batch] are valid
def sorted_lengths(lengths: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
  descending, utterance = torch.sort(lengths, stable=True, dim=0, descending=True)
  time = torch.unsqueeze(torch.arange(int(torch.max(lengths))), 1)
  return (descending, utterance, torch.lt(time, torch.unsqueeze(descending, 0)))

# lengths [batch] -> each packed row's place in a flattened [batch, longest], and how many utterances have a first, second,
# ... frame
def packing(lengths: Tensor) -> Tuple[Tensor, Tensor]:
  descending, utterance, valid = __torch__.sorted_lengths(lengths)
  longest = torch.size(valid, 0)
  time = torch.unsqueeze(torch.arange(longest), 1)
  positions = torch.unsqueeze(utterance, 0) * longest + time
  return (torch.masked_select(positions, valid), torch.sum(valid, [1]))

# lengths [batch] -> order, inverse and previous of gru.py
def directions(lengths: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
  descending, utterance, valid = __torch__.sorted_lengths(lengths)
  longest = torch.size(valid, 0)
  batch = torch.size(valid, 1)
  sizes = torch.sum(valid, [1])
  starts = torch.cumsum(sizes, 0) - sizes
  n = int(torch.sum(sizes))
  time = torch.unsqueeze(torch.arange(longest), 1)
  column = torch.unsqueeze(torch.arange(batch), 0)
  packed = torch.unsqueeze(starts, 1) + column
  mirrored_time = torch.clamp(torch.unsqueeze(descending, 0) - 1 - time, 0)
  mirrored = torch.reshape(torch.index_select(starts, 0, torch.flatten(mirrored_time)), [longest, batch]) + column
  both = torch.stack([valid, valid], 1)
  order = torch.masked_select(torch.stack([packed, mirrored + n], 1), both)
  inverse = torch.argsort(order, stable=True, dim=0, descending=False)
  forward_row = torch.unsqueeze(2 * starts, 1) + column
  row = torch.stack([forward_row, forward_row + torch.unsqueeze(sizes, 1)], 1)
  previous = torch.masked_select(torch.slice(row, 0, 0, longest - 1, 1), torch.slice(both, 0, 1, longest, 1))
  return (order, inverse, previous)

# features [sum of frames, 161] of any float type, frames [batch] on the CPU
# -> [batch, 1, 161, longest], zeros behind the end of each utterance, with strides that say channels innermost
def padded(features: Tensor, frames: Tensor) -> Tensor:
  batch = torch.size(frames, 0)
  bins = torch.size(features, 1)
  longest = int(torch.max(frames))
  valid = torch.lt(torch.unsqueeze(torch.arange(longest), 0), torch.unsqueeze(frames, 1))
  positions = torch.to(torch.squeeze(torch.nonzero(torch.flatten(valid)), 1), features.device)
  rectangle = torch.zeros([batch * longest, bins], dtype=6, device=features.device)
  _0 = torch.index_copy_(rectangle, 0, positions, torch.to(features, 6))
  images = torch.contiguous(torch.transpose(torch.view(rectangle, [batch, longest, bins]), 1, 2))
  return torch.permute(torch.unsqueeze(images, 3), [0, 3, 1, 2])

# rows [n, width] at positions of a flattened [batch, longest] -> [batch, longest, width], zeros elsewhere
def unpacked(rows: Tensor, positions: Tensor, batch: int, longest: int) -> Tensor:
  width = torch.size(rows, 1)
  rectangle = torch.zeros([batch * longest, width], dtype=6, device=rows.device)
  return torch.view(torch.index_copy(rectangle, 0, positions, rows), [batch, longest, width])
