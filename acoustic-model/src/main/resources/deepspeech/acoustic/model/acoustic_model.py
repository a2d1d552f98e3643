# TorchScript, serialised dialect. See deepspeech.acoustic.model.AcousticModel.
#
# `weights` are the trainable arrays and `statistics` the running means and variances, both in the
# order of deepspeech.acoustic.model.ModelShape:
#   weights:    for each convolution  weight, norm.weight, norm.bias
#               for each GRU layer    norm.weight, norm.bias, weight_ih, weight_hh, bias_ih, bias_hh,
#                                     and the last four again for the reverse direction
#               output.weight, output.bias
#   statistics: for each convolution, then for each GRU layer: running_mean, running_var
#
# A batch is ragged: features [sum of frames, 161] holds the utterances one after another, and
# frames [batch] (on the CPU) holds the number of rows of each utterance. Only the convolutions need
# a rectangle. All other layers work on packed rows (see packing.py). Padding is therefore never
# normalised, never enters a statistic and never reaches the loss.
#
# If bit i of `frozen` is set, layer i is not trained. The convolutions count first, then the GRU
# layers, then the output. A frozen layer computes in training what it computes in evaluation: its
# normalisation uses the running statistics and does not change them.
#
# Dropout (Srivastava et al., JMLR 2014) acts in training on the outputs of the GRU layers: on the
# normalised input of each GRU layer but the first, and on the input of the output layer. `masks`
# has an array [batch, 2 * units] for each of these places in that order, whose values are 0 or
# 1 / (1 - probability). An utterance has the same mask in all frames (Gal and Ghahramani, NIPS
# 2016), so that the mask does not erase different parts of the same feature from frame to frame.
# The mask comes behind the normalisation: in front of it, the running variances would include the
# variance of the mask, which is absent in evaluation (Li et al., CVPR 2019). The input of a frozen
# layer is not dropped. Without dropout `masks` is empty.
#
# The number 6 for a type is torch.float32.
class AcousticModel(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  convolutions : int
  rnn_layers : int
  fused_gru : int
  frozen : int
  norm_by_times : int

  def is_frozen(self, layer: int) -> bool:
    return (self.frozen >> layer) % 2 == 1

  # The first layer that is trained, at which the gradient ends.
  def first_trained(self) -> int:
    layer = 0
    while self.is_frozen(layer):
      layer = layer + 1
    return layer

  # Batch normalisation (Ioffe and Szegedy, ICML 2015) of rows [n, bins, channels] over n and
  # bins. Training updates running_mean and running_var in place with momentum 0.1. It does not
  # change them if there is only one value, because the variance of one value is undefined.
  def normalised(
      self, rows: Tensor, weight: Tensor, bias: Tensor, running_mean: Tensor, running_var: Tensor,
      train: bool) -> Tensor:
    x = rows.unsqueeze(2).permute([0, 3, 1, 2])
    if train and rows.size(0) * rows.size(1) == 1:
      y = torch.batch_norm(x, weight, bias, None, None, True, 0.1, 1.0e-05, True)
    else:
      y = torch.batch_norm(
          x, weight, bias, running_mean, running_var, train, 0.1, 1.0e-05, True)
    return y.permute([0, 2, 3, 1]).squeeze(2)

  # Features -> packed rows [n, 32 * bins], channel major. Inside this function the channels are
  # innermost in memory, so that packing copies contiguous runs of channels.
  def convolved(
      self, features: Tensor, frames: Tensor, positions: Tensor, weights: List[Tensor],
      statistics: List[Tensor], train: bool) -> Tensor:
    batch = frames.size(0)
    images = __torch__.padded(features, frames, __torch__.rectangle_width(frames))
    rows = features
    for i in range(self.convolutions):
      w = 3 * i
      s = 2 * i
      if i == 0:
        images = torch.conv2d(images, weights[w], None, [2, 3], [20, 5], [1, 1], 1)
      else:
        images = torch.conv2d(images, weights[w], None, [2, 1], [10, 5], [1, 1], 1)
      channels = images.size(1)
      bins = images.size(2)
      width = images.size(3)
      rows = images.permute([0, 3, 2, 1]).reshape([batch * width, bins * channels])
      rows = rows.index_select(0, positions).view([-1, bins, channels])
      rows = self.normalised(
          rows, weights[w + 1], weights[w + 2], statistics[s], statistics[s + 1],
          train and not self.is_frozen(i))
      rows = torch.hardtanh_(rows, 0., 20.)
      if i + 1 < self.convolutions:
        rectangle = __torch__.unpacked(rows.flatten(1), positions, batch, width)
        rectangle = rectangle.view([batch, width, bins, channels]).permute([0, 2, 1, 3])
        images = rectangle.contiguous().permute([0, 3, 1, 2])
    return rows.transpose(1, 2).flatten(1)

  # Sequence-wise batch normalisation before a GRU layer (Amodei et al., ICML 2016, section 3.2)
  # of packed rows [n, inputs].
  def normalised_rows(
      self, rows: Tensor, layer: int, weights: List[Tensor], statistics: List[Tensor],
      train: bool) -> Tensor:
    w = self.first_weight(layer)
    s = 2 * (self.convolutions + layer)
    return self.normalised(
        rows.unsqueeze(1), weights[w], weights[w + 1], statistics[s], statistics[s + 1],
        train and not self.is_frozen(self.convolutions + layer)).squeeze(1)

  # Packed rows [n, 2 * units], the input of a GRU layer or, for the index after the last layer, of
  # the output, with dropout. Row i belongs to utterance positions[i] // width of the masks.
  def dropped(
      self, rows: Tensor, layer: int, masks: List[Tensor], positions: Tensor,
      width: int) -> Tensor:
    if len(masks) == 0 or layer == 0 or self.is_frozen(self.convolutions + layer):
      return rows
    utterances = torch.floor_divide(positions, width)
    return torch.mul(rows, masks[layer - 1].index_select(0, utterances))

  # Index of a GRU layer's first weight; for the index after the last layer, that of the output's.
  def first_weight(self, layer: int) -> int:
    return 3 * self.convolutions + 10 * layer

  def gru_weights(self, layer: int, weights: List[Tensor]) -> List[Tensor]:
    w = self.first_weight(layer)
    return weights[w + 2:w + 10]

  # Moves the weights of each GRU layer into one buffer, in place, in the order that cuDNN expects.
  # 4 arrays of each direction; mode 3 is GRU; no projection, one layer, both directions.
  def lay_out_for_cudnn(self, weights: List[Tensor]) -> List[Tensor]:
    buffers = annotate(List[Tensor], [])
    for layer in range(self.rnn_layers):
      gru = self.gru_weights(layer, weights)
      inputs = gru[0].size(1)
      units = gru[1].size(1)
      buffers.append(
          torch._cudnn_rnn_flatten_weight(gru, 4, inputs, 3, units, 0, 1, False, True))
    return buffers

  # Packed rows [n, 2 * units] -> log probabilities [n, vocabulary]
  def classified(self, rows: Tensor, weights: List[Tensor]) -> Tensor:
    w = self.first_weight(self.rnn_layers)
    return torch.log_softmax(torch.linear(rows, weights[w], weights[w + 1]), 1)

  # Evaluation mode: returns log probabilities [batch, longest, vocabulary], zero after the end of
  # an utterance, and output frames [batch].
  def log_probabilities(
      self, features: Tensor, frames: Tensor, weights: List[Tensor],
      statistics: List[Tensor]) -> Tuple[Tensor, Tensor]:
    lengths = __torch__.output_frames(frames)
    width = __torch__.output_width(frames)
    positions, batch_sizes = __torch__.packing(lengths, width)
    positions = positions.to(features.device)
    rows = self.convolved(features, frames, positions, weights, statistics, False)
    for layer in range(self.rnn_layers):
      rows = self.normalised_rows(rows, layer, weights, statistics, False)
      rows = __torch__.fused_gru(rows, batch_sizes, self.gru_weights(layer, weights), False)
    rows = self.classified(rows, weights)
    rectangle = __torch__.unpacked(rows, positions, frames.size(0), width)
    return (rectangle[:, :batch_sizes.size(0)].contiguous(), lengths)

  # Training mode: returns the losses [batch], the gradient of their sum with respect to each weight
  # of the trained layers, and the running statistics after this batch. Does not change the
  # arguments. If norm_by_times is 1, the gradient is that of the sum of the losses, each divided by
  # its utterance's output frames.
  def gradients(
      self, features: Tensor, frames: Tensor, labels: Tensor, label_lengths: Tensor,
      weights: List[Tensor],
      statistics: List[Tensor]) -> Tuple[Tensor, List[Tensor], List[Tensor]]:
    none = annotate(List[Tensor], [])
    return self.backward(features, frames, labels, label_lengths, weights, statistics, none, False)

  # The same with less memory and more computation. Only the inputs of the layers are kept, and the
  # backward pass computes each layer again (Chen et al., "Training deep nets with sublinear memory
  # cost", 2016). The output and the loss are computed for each half of the utterances. Batch
  # normalisation sees the whole batch. So the results are those of gradients, up to the rounding of
  # sums over the two halves.
  def recomputed_gradients(
      self, features: Tensor, frames: Tensor, labels: Tensor, label_lengths: Tensor,
      weights: List[Tensor],
      statistics: List[Tensor]) -> Tuple[Tensor, List[Tensor], List[Tensor]]:
    none = annotate(List[Tensor], [])
    return self.backward(features, frames, labels, label_lengths, weights, statistics, none, True)

  # Both with dropout; masks [rnn_layers, batch, 2 * units].
  def gradients_with_dropout(
      self, features: Tensor, frames: Tensor, labels: Tensor, label_lengths: Tensor,
      weights: List[Tensor], statistics: List[Tensor],
      masks: Tensor) -> Tuple[Tensor, List[Tensor], List[Tensor]]:
    each = torch.unbind(masks, 0)
    return self.backward(features, frames, labels, label_lengths, weights, statistics, each, False)

  def recomputed_gradients_with_dropout(
      self, features: Tensor, frames: Tensor, labels: Tensor, label_lengths: Tensor,
      weights: List[Tensor], statistics: List[Tensor],
      masks: Tensor) -> Tuple[Tensor, List[Tensor], List[Tensor]]:
    each = torch.unbind(masks, 0)
    return self.backward(features, frames, labels, label_lengths, weights, statistics, each, True)

  # The backward pass runs in pieces: automatic differentiation for the output, each normalisation
  # and the convolutions, and gru_gradients for each GRU layer between them.
  def backward(
      self, features: Tensor, frames: Tensor, labels: Tensor, label_lengths: Tensor,
      weights: List[Tensor], statistics: List[Tensor], masks: List[Tensor],
      recompute: bool) -> Tuple[Tensor, List[Tensor], List[Tensor]]:
    leaves = annotate(List[Tensor], [])
    for i in range(len(weights)):
      leaves.append(weights[i].detach().requires_grad_(True))
    running = __torch__.clones(statistics)

    lengths = __torch__.output_frames(frames)
    width = __torch__.output_width(frames)
    positions, batch_sizes = __torch__.packing(lengths, width)
    positions = positions.to(features.device)
    sizes = annotate(List[int], [])
    for i in range(batch_sizes.size(0)):
      sizes.append(int(batch_sizes[i]))
    # Only gru.py needs the rows of both directions.
    order = positions
    inverse = positions
    previous = positions
    if self.fused_gru == 0:
      order, inverse, previous = __torch__.directions(lengths)
      order = order.to(features.device)
      inverse = inverse.to(features.device)
      previous = previous.to(features.device)

    # Computed with weights, which record no history, what is computed again later is not kept.
    kept = leaves
    if recompute:
      kept = weights
    convolved = self.convolved(features, frames, positions, kept, running, True)
    layer_inputs = annotate(List[Tensor], [])
    gru_inputs = annotate(List[Tensor], [])
    gru_saved = annotate(List[List[Tensor]], [])
    rows = convolved
    for layer in range(self.rnn_layers):
      layer_input = rows.detach().requires_grad_(True)
      layer_inputs.append(layer_input)
      if recompute:
        gru_input = self.normalised_rows(layer_input.detach(), layer, kept, running, True)
        gru_input = self.dropped(gru_input, layer, masks, positions, width)
        rows, _1 = self.recurrent(gru_input, layer, batch_sizes, sizes, order, inverse, kept)
      else:
        gru_input = self.normalised_rows(layer_input, layer, leaves, running, True)
        gru_input = self.dropped(gru_input, layer, masks, positions, width)
        rows, saved = self.recurrent(gru_input, layer, batch_sizes, sizes, order, inverse, leaves)
        gru_inputs.append(gru_input)
        gru_saved.append(saved)

    losses, row_gradient, gradients = self.output_gradients(
        rows.detach(), positions, width, lengths, labels, label_lengths, leaves, masks, recompute)
    # The running statistics change once: what is computed again changes copies of them.
    again = __torch__.clones(statistics)
    first_trained = self.first_trained()
    for behind in range(self.rnn_layers):
      layer = self.rnn_layers - 1 - behind
      if self.convolutions + layer >= first_trained:
        if recompute:
          gru_input = self.normalised_rows(layer_inputs[layer], layer, leaves, again, True)
          gru_input = self.dropped(gru_input, layer, masks, positions, width)
          _2, saved = self.recurrent(gru_input, layer, batch_sizes, sizes, order, inverse, leaves)
        else:
          gru_input = gru_inputs[layer]
          saved = gru_saved[layer]
        frozen = self.is_frozen(self.convolutions + layer)
        w = self.first_weight(layer)
        norm = [layer_inputs[layer]]
        if not frozen:
          norm = [layer_inputs[layer], leaves[w], leaves[w + 1]]
        if self.fused_gru != 0:
          inputs = norm
          if not frozen:
            inputs = norm + self.gru_weights(layer, leaves)
          back = __torch__.gradient(saved[0], row_gradient, inputs)
          row_gradient = back[0]
          gradients = back[1:] + gradients
        else:
          gru_back = __torch__.gru_gradients(
              gru_input.detach(), saved, sizes, order, inverse, previous,
              self.gru_weights(layer, weights), row_gradient)
          if not frozen:
            gradients = gru_back[1:9] + gradients
          back = __torch__.gradient(gru_input, gru_back[0], norm)
          row_gradient = back[0]
          gradients = back[1:] + gradients
    convolution_weights = annotate(List[Tensor], [])
    for i in range(self.convolutions):
      if not self.is_frozen(i):
        convolution_weights = convolution_weights + leaves[3 * i:3 * i + 3]
    if len(convolution_weights) > 0:
      if recompute:
        convolved = self.convolved(features, frames, positions, leaves, again, True)
      gradients = (
          __torch__.gradient(convolved, row_gradient, convolution_weights) + gradients)
    return (losses, gradients, running)

  # A GRU layer in training -> packed rows, and what the backward pass needs
  def recurrent(
      self, rows: Tensor, layer: int, batch_sizes: Tensor, sizes: List[int], order: Tensor,
      inverse: Tensor, weights: List[Tensor]) -> Tuple[Tensor, List[Tensor]]:
    if self.fused_gru != 0:
      output = __torch__.fused_gru(rows, batch_sizes, self.gru_weights(layer, weights), True)
      saved = [output]
    else:
      output, saved = __torch__.gru(
          rows.detach(), sizes, order, inverse, __torch__.detached(self.gru_weights(layer, weights)))
    return (output, saved)

  # Packed rows [n, 2 * units] -> losses [batch], and the gradient of their sum with respect to the
  # rows and to the output's weights, of which there are none if the output is frozen
  def output_gradients(
      self, rows: Tensor, positions: Tensor, width: int, lengths: Tensor, labels: Tensor,
      label_lengths: Tensor, leaves: List[Tensor], masks: List[Tensor],
      halved: bool) -> Tuple[Tensor, Tensor, List[Tensor]]:
    batch = lengths.size(0)
    if not halved or batch == 1:
      return self.output_gradients_of(
          rows, positions, width, lengths, labels, label_lengths, leaves, masks)
    half = batch // 2
    first_labels = int(label_lengths[:half].sum())
    in_first = torch.lt(positions, half * width)
    first = torch.nonzero(in_first).squeeze(1)
    second = torch.nonzero(torch.logical_not(in_first)).squeeze(1)
    losses, first_gradient, gradients = self.output_gradients_of(
        rows.index_select(0, first), positions.index_select(0, first), width, lengths[:half],
        labels[:first_labels], label_lengths[:half], leaves, __torch__.sliced(masks, 0, half))
    second_losses, second_gradient, second_gradients = self.output_gradients_of(
        rows.index_select(0, second), positions.index_select(0, second) - half * width, width,
        lengths[half:batch], labels[first_labels:labels.size(0)], label_lengths[half:batch], leaves,
        __torch__.sliced(masks, half, batch))
    row_gradient = torch.empty_like(rows)
    torch.index_copy_(row_gradient, 0, first, first_gradient)
    torch.index_copy_(row_gradient, 0, second, second_gradient)
    for i in range(len(gradients)):
      torch.add_(gradients[i], second_gradients[i])
    return (torch.cat([losses, second_losses], 0), row_gradient, gradients)

  def output_gradients_of(
      self, rows: Tensor, positions: Tensor, width: int, lengths: Tensor, labels: Tensor,
      label_lengths: Tensor, leaves: List[Tensor],
      masks: List[Tensor]) -> Tuple[Tensor, Tensor, List[Tensor]]:
    w = self.first_weight(self.rnn_layers)
    top = rows.requires_grad_(True)
    used = self.dropped(top, self.rnn_layers, masks, positions, width)
    rectangle = __torch__.unpacked(
        self.classified(used, leaves), positions, lengths.size(0), width)
    losses = __torch__.ctc_loss(rectangle.transpose(0, 1), lengths, labels, label_lengths)
    objective = losses.sum()
    if self.norm_by_times != 0:
      objective = torch.div(losses, lengths.to(losses.device)).sum()
    inputs = [top]
    if not self.is_frozen(self.convolutions + self.rnn_layers):
      inputs = [top, leaves[w], leaves[w + 1]]
    back = __torch__.gradient(objective, None, inputs)
    return (losses.detach(), back[0], back[1:])

def clones(arrays: List[Tensor]) -> List[Tensor]:
  copies = annotate(List[Tensor], [])
  for i in range(len(arrays)):
    copies.append(arrays[i].clone())
  return copies

# arrays[i][first:end] of each array
def sliced(arrays: List[Tensor], first: int, end: int) -> List[Tensor]:
  slices = annotate(List[Tensor], [])
  for i in range(len(arrays)):
    slices.append(arrays[i][first:end])
  return slices

def detached(arrays: List[Tensor]) -> List[Tensor]:
  views = annotate(List[Tensor], [])
  for i in range(len(arrays)):
    views.append(arrays[i].detach())
  return views

# Returns the gradient of output times output_gradient (1 if None) with respect to each input.
def gradient(
    output: Tensor, output_gradient: Optional[Tensor], inputs: List[Tensor]) -> List[Tensor]:
  optional = torch.autograd.grad(
      [output], inputs, annotate(List[Optional[Tensor]], [output_gradient]), None, False, False)
  gradients = annotate(List[Tensor], [])
  for i in range(len(optional)):
    gradients.append(torch._unwrap_optional(optional[i]))
  return gradients
