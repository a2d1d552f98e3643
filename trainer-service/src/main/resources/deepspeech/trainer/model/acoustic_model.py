# TorchScript, serialised dialect. See deepspeech.trainer.model.AcousticModel.
#
# `parameters` are the trainable arrays and `statistics` the running means and variances, both in the order
# of deepspeech.trainer.model.ModelParameters:
#   parameters: for each convolution  weight, norm.weight, norm.bias
#               for each GRU layer    norm.weight, norm.bias, weight_ih, weight_hh, bias_ih, bias_hh,
#                                     and the last four again for the reverse direction
#               output.weight, output.bias
#   statistics: for each convolution, then for each GRU layer: running_mean, running_var
#
# A batch comes ragged: features [sum of frames, 161] holds the utterances one after the other, frames [batch]
# (on the CPU) says how many rows each has. Only the convolutions need a rectangle. All else works on the
# packed rows: every valid output frame once, first all first frames, then all second frames and so on, the
# utterances longest first, which is the order of PyTorch's packed sequences. So padding is never normalised,
# never enters a statistic and never reaches the loss.
class AcousticModel(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  convolutions : int
  rnn_layers : int

  # Output frames of an utterance: convolution 0 has kernel 11, padding 5 and stride 3 in time.
  def output_frames(self, frames: Tensor) -> Tensor:
    return torch.floor_divide(frames - 1, 3) + 1

  # [sum of frames, 161] of any float type -> [batch, 1, 161, longest], zeros behind each utterance.
  def padded(self, features: Tensor, frames: Tensor) -> Tensor:
    batch = torch.size(frames, 0)
    longest = int(torch.max(frames))
    bins = torch.size(features, 1)
    valid = torch.lt(torch.unsqueeze(torch.arange(longest), 0), torch.unsqueeze(frames, 1))
    rows = torch.to(torch.squeeze(torch.nonzero(torch.flatten(valid)), 1), features.device)
    rectangle = torch.zeros([batch * longest, bins], dtype=6, device=features.device)
    rectangle = torch.index_copy(rectangle, 0, rows, torch.to(features, 6))
    rectangle = torch.view(rectangle, [batch, longest, bins])
    return torch.unsqueeze(torch.contiguous(torch.transpose(rectangle, 1, 2)), 1)

  # The packed order for rectangles [batch, longest, ...]: the positions in the flattened [batch * longest]
  # of all valid frames, and how many utterances have a first, second, ... frame (both on the CPU).
  def packing(self, lengths: Tensor) -> Tuple[Tensor, Tensor]:
    longest = int(torch.max(lengths))
    sorted, order = torch.sort(lengths, stable=True, dim=0, descending=True)
    time = torch.unsqueeze(torch.arange(longest), 1)
    valid = torch.lt(time, torch.unsqueeze(sorted, 0))
    positions = torch.unsqueeze(order, 0) * longest + time
    return (torch.masked_select(positions, valid), torch.sum(valid, [1]))

  # Batch normalisation (Ioffe and Szegedy, 2015) of rows [n, channels, width] over n and width. In training
  # running_mean and running_var are updated in place with momentum 0.1; the variance of one value is undefined,
  # so they stay as they are then.
  def normalised(self, rows: Tensor, weight: Tensor, bias: Tensor, running_mean: Tensor, running_var: Tensor, train: bool) -> Tensor:
    x = torch.unsqueeze(rows, 3)
    if train:
      if torch.size(rows, 0) * torch.size(rows, 2) == 1:
        y = torch.batch_norm(x, weight, bias, None, None, True, 0.1, 1.0e-05, False)
      else:
        y = torch.batch_norm(x, weight, bias, running_mean, running_var, True, 0.1, 1.0e-05, False)
    else:
      y = torch.batch_norm(x, weight, bias, running_mean, running_var, False, 0.1, 1.0e-05, False)
    return torch.squeeze(y, 3)

  # -> log probabilities of the packed rows [n, vocabulary]
  def packed_log_probabilities(self, features: Tensor, frames: Tensor, positions: Tensor, batch_sizes: Tensor, parameters: List[Tensor], statistics: List[Tensor], train: bool) -> Tensor:
    images = self.padded(features, frames)
    batch = torch.size(frames, 0)
    p = 0
    s = 0
    rows = features
    for i in range(self.convolutions):
      if i == 0:
        images = torch.conv2d(images, parameters[p], None, [2, 3], [20, 5], [1, 1], 1)
      else:
        images = torch.conv2d(images, parameters[p], None, [2, 1], [10, 5], [1, 1], 1)
      channels = torch.size(images, 1)
      bins = torch.size(images, 2)
      longest = torch.size(images, 3)
      # [batch, channels, bins, longest] -> packed rows [n, channels, bins]
      rows = torch.reshape(torch.permute(images, [0, 3, 1, 2]), [batch * longest, channels, bins])
      rows = torch.index_select(rows, 0, positions)
      rows = self.normalised(rows, parameters[p + 1], parameters[p + 2], statistics[s], statistics[s + 1], train)
      rows = torch.hardtanh(rows, 0., 20.)
      if i + 1 < self.convolutions:
        rectangle = torch.zeros([batch * longest, channels, bins], dtype=6, device=features.device)
        rectangle = torch.index_copy(rectangle, 0, positions, rows)
        rectangle = torch.view(rectangle, [batch, longest, channels, bins])
        images = torch.contiguous(torch.permute(rectangle, [0, 2, 3, 1]))
      p = p + 3
      s = s + 2
    rows = torch.flatten(rows, 1)
    for i in range(self.rnn_layers):
      rows = torch.squeeze(self.normalised(torch.unsqueeze(rows, 2), parameters[p], parameters[p + 1], statistics[s], statistics[s + 1], train), 2)
      weights = torch.slice(parameters, p + 2, p + 10, 1)
      hidden = torch.size(parameters[p + 3], 1)
      initial = torch.zeros([2, batch, hidden], dtype=6, device=features.device)
      rows, _0 = torch.gru(rows, batch_sizes, initial, weights, True, 1, 0., train, True)
      p = p + 10
      s = s + 2
    return torch.log_softmax(torch.linear(rows, parameters[p], parameters[p + 1]), 1)

  # packed rows [n, vocabulary] -> [batch, longest, vocabulary], zeros behind each utterance
  def unpacked(self, rows: Tensor, positions: Tensor, batch: int, longest: int) -> Tensor:
    vocabulary = torch.size(rows, 1)
    rectangle = torch.zeros([batch * longest, vocabulary], dtype=6, device=rows.device)
    return torch.view(torch.index_copy(rectangle, 0, positions, rows), [batch, longest, vocabulary])

  # Evaluation mode: log probabilities [batch, longest, vocabulary] and output frames [batch].
  def log_probabilities(self, features: Tensor, frames: Tensor, parameters: List[Tensor], statistics: List[Tensor]) -> Tuple[Tensor, Tensor]:
    output_frames = self.output_frames(frames)
    positions, batch_sizes = self.packing(output_frames)
    positions = torch.to(positions, features.device)
    rows = self.packed_log_probabilities(features, frames, positions, batch_sizes, parameters, statistics, False)
    longest = int(torch.max(output_frames))
    return (self.unpacked(rows, positions, torch.size(frames, 0), longest), output_frames)

  # Training mode: losses [batch], the gradient of their sum with respect to each parameter, and the running
  # statistics after this batch. What comes in stays as it is.
  def gradients(self, features: Tensor, frames: Tensor, labels: Tensor, label_lengths: Tensor, parameters: List[Tensor], statistics: List[Tensor]) -> Tuple[Tensor, List[Tensor], List[Tensor]]:
    leaves = annotate(List[Tensor], [])
    for i in range(torch.len(parameters)):
      _1 = torch.append(leaves, torch.requires_grad_(torch.detach(parameters[i]), True))
    running = annotate(List[Tensor], [])
    for i in range(torch.len(statistics)):
      _2 = torch.append(running, torch.clone(statistics[i]))
    output_frames = self.output_frames(frames)
    positions, batch_sizes = self.packing(output_frames)
    positions = torch.to(positions, features.device)
    rows = self.packed_log_probabilities(features, frames, positions, batch_sizes, leaves, running, True)
    longest = int(torch.max(output_frames))
    rectangle = self.unpacked(rows, positions, torch.size(frames, 0), longest)
    losses = __torch__.ctc_loss(torch.transpose(rectangle, 0, 1), output_frames, labels, label_lengths)
    optional = torch.autograd.grad([torch.sum(losses)], leaves)
    gradients = annotate(List[Tensor], [])
    for i in range(torch.len(optional)):
      _3 = torch.append(gradients, torch._unwrap_optional(optional[i]))
    return (torch.detach(losses), gradients, running)
