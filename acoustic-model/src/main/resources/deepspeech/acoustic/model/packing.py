# TorchScript, serialised dialect. See deepspeech.acoustic.model.AcousticModel.
#
# Packed rows hold every valid output frame once: all first frames, then all second frames and so
# on, the longest utterances first. This is the order of PyTorch's packed sequences. They contain no
# padding.

# Output frames of utterances: convolution 0 has kernel 11, padding 5 and stride 3 in time.
def output_frames(frames: Tensor) -> Tensor:
  return torch.floor_divide(frames - 1, 3) + 1

# lengths [batch] -> lengths in descending order, the utterance of each length, and a mask [longest,
# batch] of the valid frames
def sorted_lengths(lengths: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
  descending, utterance = torch.sort(lengths, stable=True, dim=0, descending=True)
  time = torch.arange(int(torch.max(lengths))).unsqueeze(1)
  return (descending, utterance, torch.lt(time, descending.unsqueeze(0)))

# Width of the rectangle of a batch in frames: the frames of the longest utterance, rounded up. For
# every new width oneDNN compiles the convolutions again and keeps them, about 4 MB for each width.
def rectangle_width(frames: Tensor) -> int:
  return (int(torch.max(frames)) + 23) // 24 * 24

# The same in output frames.
def output_width(frames: Tensor) -> int:
  return __torch__.rectangle_width(frames) // 3

# lengths [batch] -> index of each packed row in a flattened [batch, width], and the number of
# utterances that have a first, second, ... frame
def packing(lengths: Tensor, width: int) -> Tuple[Tensor, Tensor]:
  descending, utterance, valid = __torch__.sorted_lengths(lengths)
  time = torch.arange(valid.size(0)).unsqueeze(1)
  positions = utterance.unsqueeze(0) * width + time
  return (torch.masked_select(positions, valid), valid.sum([1]))

# lengths [batch] -> order, inverse and previous of gru.py
def directions(lengths: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
  descending, utterance, valid = __torch__.sorted_lengths(lengths)
  longest = valid.size(0)
  batch = valid.size(1)
  sizes = valid.sum([1])
  starts = torch.cumsum(sizes, 0) - sizes
  n = int(sizes.sum())
  time = torch.arange(longest).unsqueeze(1)
  column = torch.arange(batch).unsqueeze(0)
  packed = starts.unsqueeze(1) + column
  mirrored_time = torch.clamp(descending.unsqueeze(0) - 1 - time, 0)
  mirrored = starts.index_select(0, mirrored_time.flatten()).reshape([longest, batch]) + column
  both = torch.stack([valid, valid], 1)
  order = torch.masked_select(torch.stack([packed, mirrored + n], 1), both)
  inverse = torch.argsort(order, stable=True, dim=0, descending=False)
  forward_row = (2 * starts).unsqueeze(1) + column
  row = torch.stack([forward_row, forward_row + sizes.unsqueeze(1)], 1)
  previous = torch.masked_select(row[:longest - 1], both[1:longest])
  return (order, inverse, previous)

# features [sum of frames, 161] of any float type, frames [batch] on the CPU
# -> [batch, 1, 161, width], zeros after the end of each utterance, with channels-last strides
def padded(features: Tensor, frames: Tensor, width: int) -> Tensor:
  batch = frames.size(0)
  bins = features.size(1)
  valid = torch.lt(torch.arange(width).unsqueeze(0), frames.unsqueeze(1))
  positions = __torch__.on_device(torch.nonzero(valid.flatten()).squeeze(1), features)
  rectangle = torch.zeros([batch * width, bins], dtype=6, device=features.device)
  torch.index_copy_(rectangle, 0, positions, features.to(6))
  images = rectangle.view([batch, width, bins]).transpose(1, 2).contiguous()
  return images.unsqueeze(3).permute([0, 3, 1, 2])

# rows [n, values] at positions of a flattened [batch, width] -> [batch, width, values], zeros
# elsewhere
def unpacked(rows: Tensor, positions: Tensor, batch: int, width: int) -> Tensor:
  values = rows.size(1)
  rectangle = torch.zeros([batch * width, values], dtype=6, device=rows.device)
  return torch.index_copy(rectangle, 0, positions, rows).view([batch, width, values])
