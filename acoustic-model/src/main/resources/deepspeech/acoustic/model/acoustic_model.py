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
# One call computes the gradients of one or of several replicas, each of which has a share of the
# batch and weights on a device of its own. Arguments of replicas are lists. If there are several,
# the normalisations use mean and variance over all shares, forward and backward, as
# torch.nn.SyncBatchNorm does. The replicas advance layer by layer; on GPUs they compute at the same
# time, because operations are only launched here.
#
# The numbers of types are 6 for torch.float32, 15 for torch.bfloat16 and 5 for torch.float16. In
# training the products of convolutions, GRU layers and output are computed in `product_type`.
# Weights, their gradients, normalisations, softmax and loss are in single precision, and so is all
# of evaluation, as in ONNX. The gradient of small numbers in torch.float16 is 0 unless the loss is
# multiplied by a large `loss_scale`, and then the gradients are, too (Micikevicius et al., "Mixed
# precision training", ICLR 2018).
class AcousticModel(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  convolutions : int
  rnn_layers : int
  fused_gru : int
  frozen : int
  norm_by_times : int
  product_type : int

  def is_frozen(self, layer: int) -> bool:
    return (self.frozen >> layer) % 2 == 1

  # The first layer that is trained, at which the gradient ends.
  def first_trained(self) -> int:
    layer = 0
    while self.is_frozen(layer):
      layer = layer + 1
    return layer

  def type_of_products(self, train: bool) -> int:
    kind = 6
    if train:
      kind = self.product_type
    return kind

  # Batch normalisation (Ioffe and Szegedy, ICML 2015) of rows [n, bins, channels] over n and
  # bins. Training updates running_mean and running_var in place with momentum 0.1. It does not
  # change them if there is only one value, because the variance of one value is undefined.
  #
  # The rows are a matrix here. For images with channels innermost PyTorch takes cuDNN's mode
  # "spatial persistent" in training, which is less accurate, and it avoids that mode for other
  # images. For a matrix it takes a kernel of its own (Welford, ATen/native/cuda/Normalization.cuh),
  # because cuDNN is chosen for three dimensions or more only (ATen/native/Normalization.cpp).
  def normalised(
      self, rows: Tensor, weight: Tensor, bias: Tensor, running_mean: Tensor, running_var: Tensor,
      train: bool) -> Tensor:
    x = rows.flatten(0, 1)
    if train and rows.size(0) * rows.size(1) == 1:
      y = torch.batch_norm(x, weight, bias, None, None, True, 0.1, 1.0e-05, True)
    else:
      y = torch.batch_norm(
          x, weight, bias, running_mean, running_var, train, 0.1, 1.0e-05, True)
    return y.view_as(rows)

  # The same for each replica, with weights[r][w], weights[r][w + 1], statistics[r][s] and
  # statistics[r][s + 1]. In training, mean and variance are those of the rows of all replicas, in
  # two passes, summed in the order of the replicas on the device of the first one, which alone
  # updates its running statistics.
  def normalised_together(
      self, rows: List[Tensor], weights: List[List[Tensor]], w: int, statistics: List[List[Tensor]],
      s: int, train: bool) -> List[Tensor]:
    results = annotate(List[Tensor], [])
    if len(rows) == 1 or not train:
      for r in range(len(rows)):
        results.append(
            self.normalised(
                rows[r], weights[r][w], weights[r][w + 1], statistics[r][s], statistics[r][s + 1],
                train))
      return results
    first = rows[0].device
    count = 0
    sums = annotate(List[Tensor], [])
    for r in range(len(rows)):
      count = count + rows[r].size(0) * rows[r].size(1)
      sums.append(rows[r].sum([0, 1]).to(first))
    mean = torch.div(__torch__.total(sums), count)
    centred = annotate(List[Tensor], [])
    squares = annotate(List[Tensor], [])
    for r in range(len(rows)):
      deviation = rows[r] - mean.to(rows[r].device)
      centred.append(deviation)
      squares.append((deviation * deviation).sum([0, 1]).to(first))
    square = __torch__.total(squares)
    scale = torch.rsqrt(torch.div(square, count) + 1.0e-05)
    if count > 1:
      torch.lerp_(statistics[0][s], mean.detach(), 0.1)
      torch.lerp_(statistics[0][s + 1], torch.div(square.detach(), count - 1), 0.1)
    for r in range(len(rows)):
      factor = scale.to(rows[r].device) * weights[r][w]
      results.append(torch.addcmul(weights[r][w + 1], centred[r], factor, value=1))
    return results

  # Features -> packed rows [n, 32 * bins], channel major. Inside this function the channels are
  # innermost in memory, so that packing copies contiguous runs of channels.
  def convolved(
      self, features: List[Tensor], frames: List[Tensor], positions: List[Tensor],
      weights: List[List[Tensor]], statistics: List[List[Tensor]], train: bool) -> List[Tensor]:
    images = annotate(List[Tensor], [])
    for r in range(len(features)):
      images.append(
          __torch__.padded(features[r], frames[r], __torch__.rectangle_width(frames[r])))
    rows = annotate(List[Tensor], [])
    for i in range(self.convolutions):
      rows = annotate(List[Tensor], [])
      for r in range(len(features)):
        convolution = self.convolution(images[r], i, weights[r], self.type_of_products(train))
        channels = convolution.size(1)
        bins = convolution.size(2)
        images[r] = convolution
        flat = convolution.permute([0, 3, 2, 1]).reshape([-1, bins * channels])
        rows.append(flat.index_select(0, positions[r]).view([-1, bins, channels]).to(6))
      rows = self.normalised_together(
          rows, weights, 3 * i + 1, statistics, 2 * i, train and not self.is_frozen(i))
      for r in range(len(features)):
        clipped = torch.hardtanh_(rows[r], 0., 20.)
        rows[r] = clipped
        if i + 1 < self.convolutions:
          batch = frames[r].size(0)
          width = images[r].size(3)
          rectangle = __torch__.unpacked(clipped.flatten(1), positions[r], batch, width)
          rectangle = rectangle.view([batch, width, clipped.size(1), clipped.size(2)])
          images[r] = rectangle.permute([0, 2, 1, 3]).contiguous().permute([0, 3, 1, 2])
    packed = annotate(List[Tensor], [])
    for r in range(len(features)):
      packed.append(rows[r].transpose(1, 2).flatten(1))
    return packed

  def convolution(self, images: Tensor, i: int, weights: List[Tensor], kind: int) -> Tensor:
    weight = weights[3 * i].to(kind)
    if i == 0:
      result = torch.conv2d(images.to(kind), weight, None, [2, 3], [20, 5], [1, 1], 1)
    else:
      result = torch.conv2d(images.to(kind), weight, None, [2, 1], [10, 5], [1, 1], 1)
    return result

  # Sequence-wise batch normalisation before a GRU layer (Amodei et al., ICML 2016, section 3.2)
  # of packed rows [n, inputs].
  def normalised_rows(
      self, rows: List[Tensor], layer: int, weights: List[List[Tensor]],
      statistics: List[List[Tensor]], train: bool) -> List[Tensor]:
    columns = annotate(List[Tensor], [])
    for r in range(len(rows)):
      columns.append(rows[r].unsqueeze(1))
    columns = self.normalised_together(
        columns, weights, self.first_weight(layer), statistics, 2 * (self.convolutions + layer),
        train and not self.is_frozen(self.convolutions + layer))
    results = annotate(List[Tensor], [])
    for r in range(len(rows)):
      results.append(columns[r].squeeze(1))
    return results

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

  # Copies arrays of the host to the device of `place`.
  def uploaded(self, arrays: List[Tensor], place: Tensor) -> List[Tensor]:
    copies = annotate(List[Tensor], [])
    for i in range(len(arrays)):
      copies.append(__torch__.on_device(arrays[i], place))
    return copies

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
  def classified(self, rows: Tensor, weights: List[Tensor], train: bool) -> Tensor:
    w = self.first_weight(self.rnn_layers)
    kind = self.type_of_products(train)
    return torch.log_softmax(__torch__.linear(rows, weights[w], weights[w + 1], kind), 1)

  # Evaluation mode: returns log probabilities [batch, longest, vocabulary], zero after the end of
  # an utterance, and output frames [batch].
  def log_probabilities(
      self, features: Tensor, frames: Tensor, weights: List[Tensor],
      statistics: List[Tensor]) -> Tuple[Tensor, Tensor]:
    lengths = __torch__.output_frames(frames)
    width = __torch__.output_width(frames)
    positions, batch_sizes = __torch__.packing(lengths, width)
    positions = __torch__.on_device(positions, features)
    rows = self.convolved([features], [frames], [positions], [weights], [statistics], False)[0]
    for layer in range(self.rnn_layers):
      rows = self.normalised_rows([rows], layer, [weights], [statistics], False)[0]
      rows = __torch__.fused_gru(rows, batch_sizes, self.gru_weights(layer, weights), False, 6)
    rows = self.classified(rows, weights, False)
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
    return self.alone(
        features, frames, labels, label_lengths, weights, statistics, none, none, False)

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
    return self.alone(
        features, frames, labels, label_lengths, weights, statistics, none, none, True)

  # Both with dropout and a scale of the loss. masks [rnn_layers, batch, 2 * units], or [0] without
  # dropout; loss_scale [1], by which the gradients are multiplied.
  def gradients_with_options(
      self, features: Tensor, frames: Tensor, labels: Tensor, label_lengths: Tensor,
      weights: List[Tensor], statistics: List[Tensor], masks: Tensor,
      loss_scale: Tensor) -> Tuple[Tensor, List[Tensor], List[Tensor]]:
    return self.alone(
        features, frames, labels, label_lengths, weights, statistics, torch.unbind(masks, 0),
        [loss_scale], False)

  def recomputed_gradients_with_options(
      self, features: Tensor, frames: Tensor, labels: Tensor, label_lengths: Tensor,
      weights: List[Tensor], statistics: List[Tensor], masks: Tensor,
      loss_scale: Tensor) -> Tuple[Tensor, List[Tensor], List[Tensor]]:
    return self.alone(
        features, frames, labels, label_lengths, weights, statistics, torch.unbind(masks, 0),
        [loss_scale], True)

  def alone(
      self, features: Tensor, frames: Tensor, labels: Tensor, label_lengths: Tensor,
      weights: List[Tensor], statistics: List[Tensor], masks: List[Tensor],
      loss_scales: List[Tensor],
      recompute: bool) -> Tuple[Tensor, List[Tensor], List[Tensor]]:
    losses, gradients, running = self.backward(
        [features], [frames], [labels], [label_lengths], [weights], [statistics], [masks],
        loss_scales, recompute)
    return (losses[0], gradients[0], running)

  # The same for several replicas with synchronised normalisations: the losses of each replica, the
  # gradients of each one after another, and the running statistics of the whole batch. `weights`
  # and `statistics` are those of each replica one after another. A replica's masks are empty if
  # there is no dropout; each has a scale of the loss [1].
  def synchronised_gradients(
      self, features: List[Tensor], frames: List[Tensor], labels: List[Tensor],
      label_lengths: List[Tensor], weights: List[Tensor], statistics: List[Tensor],
      masks: List[Tensor],
      loss_scales: List[Tensor]) -> Tuple[List[Tensor], List[Tensor], List[Tensor]]:
    return self.together(
        features, frames, labels, label_lengths, weights, statistics, masks, loss_scales, False)

  def recomputed_synchronised_gradients(
      self, features: List[Tensor], frames: List[Tensor], labels: List[Tensor],
      label_lengths: List[Tensor], weights: List[Tensor], statistics: List[Tensor],
      masks: List[Tensor],
      loss_scales: List[Tensor]) -> Tuple[List[Tensor], List[Tensor], List[Tensor]]:
    return self.together(
        features, frames, labels, label_lengths, weights, statistics, masks, loss_scales, True)

  def together(
      self, features: List[Tensor], frames: List[Tensor], labels: List[Tensor],
      label_lengths: List[Tensor], weights: List[Tensor], statistics: List[Tensor],
      masks: List[Tensor], loss_scales: List[Tensor],
      recompute: bool) -> Tuple[List[Tensor], List[Tensor], List[Tensor]]:
    replicas = len(features)
    each_masks = annotate(List[List[Tensor]], [])
    for r in range(replicas):
      of_replica = annotate(List[Tensor], [])
      if masks[r].size(0) > 0:
        of_replica = torch.unbind(masks[r], 0)
      each_masks.append(of_replica)
    losses, gradients, running = self.backward(
        features, frames, labels, label_lengths, __torch__.divided(weights, replicas),
        __torch__.divided(statistics, replicas), each_masks, loss_scales, recompute)
    return (losses, __torch__.joined(gradients), running)

  # The backward pass runs in pieces: automatic differentiation for the output, each normalisation
  # and the convolutions, and gru_gradients for each GRU layer between them.
  def backward(
      self, features: List[Tensor], frames: List[Tensor], labels: List[Tensor],
      label_lengths: List[Tensor], weights: List[List[Tensor]], statistics: List[List[Tensor]],
      masks: List[List[Tensor]], loss_scales: List[Tensor],
      recompute: bool) -> Tuple[List[Tensor], List[List[Tensor]], List[Tensor]]:
    replicas = len(features)
    leaves = annotate(List[List[Tensor]], [])
    running = annotate(List[List[Tensor]], [])
    # The running statistics change once: what is computed again changes copies of them.
    again = annotate(List[List[Tensor]], [])
    lengths = annotate(List[Tensor], [])
    widths = annotate(List[int], [])
    positions = annotate(List[Tensor], [])
    batch_sizes = annotate(List[Tensor], [])
    sizes = annotate(List[List[int]], [])
    # Each replica's order, inverse and previous, which only gru.py needs.
    directions = annotate(List[List[Tensor]], [])
    for r in range(replicas):
      leaves.append(__torch__.leaves(weights[r]))
      running.append(__torch__.clones(statistics[r]))
      again.append(__torch__.clones(statistics[r]))
      lengths.append(__torch__.output_frames(frames[r]))
      widths.append(__torch__.output_width(frames[r]))
      own_positions, own_sizes = __torch__.packing(lengths[r], widths[r])
      positions.append(__torch__.on_device(own_positions, features[r]))
      batch_sizes.append(own_sizes)
      sizes.append(__torch__.whole_numbers(own_sizes))
      directions.append(self.directions_on(features[r], lengths[r]))

    # Computed with weights, which record no history, what is computed again later is not kept.
    kept = leaves
    if recompute:
      kept = weights
    convolved = self.convolved(features, frames, positions, kept, running, True)
    layer_inputs = annotate(List[List[Tensor]], [])
    gru_inputs = annotate(List[List[Tensor]], [])
    gru_saved = annotate(List[List[List[Tensor]]], [])
    rows = convolved
    for layer in range(self.rnn_layers):
      layer_input = __torch__.leaves(rows)
      layer_inputs.append(layer_input)
      if recompute:
        layer_input = __torch__.detached(layer_input)
      gru_input = self.normalised_rows(layer_input, layer, kept, running, True)
      rows = annotate(List[Tensor], [])
      saved = annotate(List[List[Tensor]], [])
      for r in range(replicas):
        gru_input[r] = self.dropped(gru_input[r], layer, masks[r], positions[r], widths[r])
        output, needed = self.recurrent(
            gru_input[r], layer, batch_sizes[r], sizes[r], directions[r], kept[r])
        rows.append(output)
        if not recompute:
          saved.append(needed)
      if not recompute:
        gru_inputs.append(gru_input)
        gru_saved.append(saved)

    losses = annotate(List[Tensor], [])
    row_gradients = annotate(List[Tensor], [])
    gradients = annotate(List[List[Tensor]], [])
    for r in range(replicas):
      loss_scale = annotate(Optional[Tensor], None)
      if len(loss_scales) > 0:
        loss_scale = loss_scales[r].squeeze(0)
      own_losses, row_gradient, output_gradients = self.output_gradients(
          rows[r].detach(), positions[r], widths[r], lengths[r], labels[r], label_lengths[r],
          leaves[r], masks[r], loss_scale, recompute)
      losses.append(own_losses)
      row_gradients.append(row_gradient)
      gradients.append(output_gradients)
    first_trained = self.first_trained()
    for behind in range(self.rnn_layers):
      layer = self.rnn_layers - 1 - behind
      if self.convolutions + layer >= first_trained:
        if recompute:
          gru_input = self.normalised_rows(layer_inputs[layer], layer, leaves, again, True)
          saved = annotate(List[List[Tensor]], [])
          for r in range(replicas):
            gru_input[r] = self.dropped(gru_input[r], layer, masks[r], positions[r], widths[r])
            _0, needed = self.recurrent(
                gru_input[r], layer, batch_sizes[r], sizes[r], directions[r], leaves[r])
            saved.append(needed)
        else:
          gru_input = gru_inputs[layer]
          saved = gru_saved[layer]
        frozen = self.is_frozen(self.convolutions + layer)
        w = self.first_weight(layer)
        outputs = annotate(List[Tensor], [])
        output_gradients = annotate(List[Tensor], [])
        inputs = annotate(List[Tensor], [])
        for r in range(replicas):
          inputs.append(layer_inputs[layer][r])
          if not frozen:
            inputs = inputs + leaves[r][w:w + 2]
          if self.fused_gru != 0:
            outputs.append(saved[r][0])
            output_gradients.append(row_gradients[r])
            if not frozen:
              inputs = inputs + self.gru_weights(layer, leaves[r])
          else:
            gru_back = __torch__.gru_gradients(
                gru_input[r].detach(), saved[r], sizes[r], directions[r][0], directions[r][1],
                directions[r][2], self.gru_weights(layer, weights[r]), row_gradients[r],
                self.product_type)
            if not frozen:
              gradients[r] = gru_back[1:9] + gradients[r]
            outputs.append(gru_input[r])
            output_gradients.append(gru_back[0])
        back = __torch__.divided(
            __torch__.gradients(outputs, output_gradients, inputs), replicas)
        for r in range(replicas):
          own = back[r]
          row_gradients[r] = own[0]
          gradients[r] = own[1:] + gradients[r]
    convolution_weights = annotate(List[Tensor], [])
    for r in range(replicas):
      for i in range(self.convolutions):
        if not self.is_frozen(i):
          convolution_weights = convolution_weights + leaves[r][3 * i:3 * i + 3]
    if len(convolution_weights) > 0:
      if recompute:
        convolved = self.convolved(features, frames, positions, leaves, again, True)
      back = __torch__.divided(
          __torch__.gradients(convolved, row_gradients, convolution_weights), replicas)
      for r in range(replicas):
        gradients[r] = back[r] + gradients[r]
    return (losses, gradients, running[0])

  # order, inverse and previous of gru.py on the device of an array; none for the fused GRU
  def directions_on(self, place: Tensor, lengths: Tensor) -> List[Tensor]:
    if self.fused_gru != 0:
      return annotate(List[Tensor], [])
    order, inverse, previous = __torch__.directions(lengths)
    return [
        __torch__.on_device(order, place), __torch__.on_device(inverse, place),
        __torch__.on_device(previous, place)]

  # A GRU layer in training -> packed rows, and what the backward pass needs
  def recurrent(
      self, rows: Tensor, layer: int, batch_sizes: Tensor, sizes: List[int],
      directions: List[Tensor], weights: List[Tensor]) -> Tuple[Tensor, List[Tensor]]:
    if self.fused_gru != 0:
      output = __torch__.fused_gru(
          rows, batch_sizes, self.gru_weights(layer, weights), True, self.product_type)
      saved = [output]
    else:
      constants = __torch__.detached(self.gru_weights(layer, weights))
      output, saved = __torch__.gru(
          rows.detach(), sizes, directions[0], directions[1], constants, self.product_type)
    return (output, saved)

  # Packed rows [n, 2 * units] -> losses [batch], and the gradient of their sum with respect to the
  # rows and to the output's weights, of which there are none if the output is frozen
  def output_gradients(
      self, rows: Tensor, positions: Tensor, width: int, lengths: Tensor, labels: Tensor,
      label_lengths: Tensor, leaves: List[Tensor], masks: List[Tensor],
      loss_scale: Optional[Tensor], halved: bool) -> Tuple[Tensor, Tensor, List[Tensor]]:
    batch = lengths.size(0)
    if not halved or batch == 1:
      return self.output_gradients_of(
          rows, positions, width, lengths, labels, label_lengths, leaves, masks, loss_scale)
    half = batch // 2
    first_labels = int(label_lengths[:half].sum())
    in_first = torch.lt(positions, half * width)
    first = torch.nonzero(in_first).squeeze(1)
    second = torch.nonzero(torch.logical_not(in_first)).squeeze(1)
    losses, first_gradient, gradients = self.output_gradients_of(
        rows.index_select(0, first), positions.index_select(0, first), width, lengths[:half],
        labels[:first_labels], label_lengths[:half], leaves, __torch__.sliced(masks, 0, half),
        loss_scale)
    second_losses, second_gradient, second_gradients = self.output_gradients_of(
        rows.index_select(0, second), positions.index_select(0, second) - half * width, width,
        lengths[half:batch], labels[first_labels:labels.size(0)], label_lengths[half:batch], leaves,
        __torch__.sliced(masks, half, batch), loss_scale)
    row_gradient = torch.empty_like(rows)
    torch.index_copy_(row_gradient, 0, first, first_gradient)
    torch.index_copy_(row_gradient, 0, second, second_gradient)
    for i in range(len(gradients)):
      torch.add_(gradients[i], second_gradients[i])
    return (torch.cat([losses, second_losses], 0), row_gradient, gradients)

  def output_gradients_of(
      self, rows: Tensor, positions: Tensor, width: int, lengths: Tensor, labels: Tensor,
      label_lengths: Tensor, leaves: List[Tensor], masks: List[Tensor],
      loss_scale: Optional[Tensor]) -> Tuple[Tensor, Tensor, List[Tensor]]:
    w = self.first_weight(self.rnn_layers)
    top = rows.requires_grad_(True)
    used = self.dropped(top, self.rnn_layers, masks, positions, width)
    rectangle = __torch__.unpacked(
        self.classified(used, leaves, True), positions, lengths.size(0), width)
    losses = __torch__.ctc_loss(rectangle.transpose(0, 1), lengths, labels, label_lengths)
    objective = losses.sum()
    if self.norm_by_times != 0:
      objective = torch.div(losses, __torch__.on_device(lengths, losses)).sum()
    inputs = [top]
    if not self.is_frozen(self.convolutions + self.rnn_layers):
      inputs = [top, leaves[w], leaves[w + 1]]
    back = __torch__.gradient(objective, loss_scale, inputs)
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

def leaves(arrays: List[Tensor]) -> List[Tensor]:
  leaves = annotate(List[Tensor], [])
  for i in range(len(arrays)):
    leaves.append(arrays[i].detach().requires_grad_(True))
  return leaves

def whole_numbers(array: Tensor) -> List[int]:
  numbers = annotate(List[int], [])
  for i in range(array.size(0)):
    numbers.append(int(array[i]))
  return numbers

def total(arrays: List[Tensor]) -> Tensor:
  result = arrays[0]
  for i in range(1, len(arrays)):
    result = result + arrays[i]
  return result

# Lists of equal length
def divided(arrays: List[Tensor], parts: int) -> List[List[Tensor]]:
  lists = annotate(List[List[Tensor]], [])
  length = len(arrays) // parts
  for i in range(parts):
    lists.append(arrays[i * length:(i + 1) * length])
  return lists

def joined(lists: List[List[Tensor]]) -> List[Tensor]:
  arrays = annotate(List[Tensor], [])
  for i in range(len(lists)):
    arrays = arrays + lists[i]
  return arrays

# Returns the gradient of the sum of outputs times their gradients with respect to each input.
def gradients(
    outputs: List[Tensor], output_gradients: List[Tensor], inputs: List[Tensor]) -> List[Tensor]:
  given = annotate(List[Optional[Tensor]], [])
  for i in range(len(output_gradients)):
    given.append(output_gradients[i])
  return __torch__.differentiated(outputs, given, inputs)

# Returns the gradient of output times output_gradient (1 if None) with respect to each input.
def gradient(
    output: Tensor, output_gradient: Optional[Tensor], inputs: List[Tensor]) -> List[Tensor]:
  return __torch__.differentiated(
      [output], annotate(List[Optional[Tensor]], [output_gradient]), inputs)

def differentiated(
    outputs: List[Tensor], output_gradients: List[Optional[Tensor]],
    inputs: List[Tensor]) -> List[Tensor]:
  optional = torch.autograd.grad(outputs, inputs, output_gradients, None, False, False)
  gradients = annotate(List[Tensor], [])
  for i in range(len(optional)):
    gradients.append(torch._unwrap_optional(optional[i]))
  return gradients
