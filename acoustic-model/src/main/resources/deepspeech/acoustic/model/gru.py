# TorchScript, serialised dialect. See deepspeech.acoustic.model.AcousticModel.
#
# A bidirectional GRU layer (Cho et al., EMNLP 2014, in the variant of cuDNN and ONNX, whose reset
# gate acts on the recurrent product) over packed sequences, with an explicit gradient:
#
#   i = W_ih x + b_ih              r = sigmoid(i_r + h_r)
#   h = W_hh state' + b_hh         z = sigmoid(i_z + h_z)
#   state' is the state before     n = tanh(i_n + r h_n)
#                                  state = n + z (state' - n)
#
# On a CPU, PyTorch's own layer computes about twenty small operations for each frame and direction,
# adds up a weight gradient for each frame, and synchronises the threads after each operation. Here
# both directions advance together, the reverse one from the end of each utterance. Operations that
# do not depend on the order in time are computed for all frames at once. The recurrent weights,
# which every frame multiplies again, are packed once (see packed_product.py).
#
# The rows are in the order of computation: frame by frame, within a frame the forward direction
# before the reverse one, and within a direction the longest utterances first, so that the active
# utterances always come first. With n packed rows there are 2 n of these rows:
#   sizes      number of utterances that have a first, second, ... frame
#   order      [2 n] index of each row in the packed rows of the forward direction, followed by
#              those of the reverse one
#   inverse    [2 n] the inverse permutation of order
#   previous   [2 n - 2 sizes[0]] row of the previous state, for all rows except those of the first
#              frame
#
# Matrix products are computed in the type `product_type`, with numbers as in acoustic_model.py, and
# everything else in single precision. The states, too, stay in single precision, so that rounding
# does not add up from frame to frame; each product rounds its own copy.

# weights: weight_ih, weight_hh, bias_ih, bias_hh, and the same for the reverse direction
# -> output [n, 2 units], and the inputs of gru_gradients: h, the gates r and z, n and the states of
# all rows
def gru(
    packed: Tensor, sizes: List[int], order: Tensor, inverse: Tensor, weights: List[Tensor],
    product_type: int) -> Tuple[Tensor, List[Tensor]]:
  n = packed.size(0)
  units = weights[1].size(1)
  inputs = torch.cat(
      [__torch__.linear(packed, weights[0], weights[2], product_type),
       __torch__.linear(packed, weights[4], weights[6], product_type)],
      0)
  inputs = inputs.index_select(0, order)
  forward_hh = __torch__.packed_weight(weights[1].to(product_type), sizes[0])
  reverse_hh = __torch__.packed_weight(weights[5].to(product_type), sizes[0])
  products = torch.empty([2 * n, 3 * units], dtype=6, device=packed.device)
  gates = torch.empty([2 * n, 2 * units], dtype=6, device=packed.device)
  candidates = torch.empty([2 * n, units], dtype=6, device=packed.device)
  states = torch.empty([2 * n, units], dtype=6, device=packed.device)
  state = torch.zeros([2, sizes[0], units], dtype=6, device=packed.device)
  start = 0
  for t in range(len(sizes)):
    size = sizes[t]
    end = start + 2 * size
    before = state[:, :size]
    h = products[start:end].view([2, size, 3 * units])
    factors = before.to(product_type)
    torch.add(__torch__.packed_product(factors[0], forward_hh), weights[3], alpha=1, out=h[0])
    torch.add(__torch__.packed_product(factors[1], reverse_hh), weights[7], alpha=1, out=h[1])
    i = inputs[start:end].view([2, size, 3 * units])
    rz = gates[start:end].view([2, size, 2 * units])
    torch.sigmoid_(torch.add(i[:, :, :2 * units], h[:, :, :2 * units], alpha=1, out=rz))
    candidate = candidates[start:end].view([2, size, units])
    torch.tanh_(
        torch.addcmul(
            i[:, :, 2 * units:3 * units], rz[:, :, :units], h[:, :, 2 * units:3 * units], value=1,
            out=candidate))
    state = states[start:end].view([2, size, units])
    torch.lerp(candidate, before, rz[:, :, units:2 * units], out=state)
    start = end
  sides = states.index_select(0, inverse)
  output = torch.cat([sides[:n], sides[n:2 * n]], 1)
  return (output, [products, gates, candidates, states])

# -> the gradient with respect to the packed rows, then with respect to each of the weights
def gru_gradients(
    packed: Tensor, saved: List[Tensor], sizes: List[int], order: Tensor, inverse: Tensor,
    previous: Tensor, weights: List[Tensor], output_gradient: Tensor,
    product_type: int) -> List[Tensor]:
  n = packed.size(0)
  units = weights[1].size(1)
  h_n = saved[0][:, 2 * units:3 * units]
  r = saved[1][:, :units]
  z = saved[1][:, units:2 * units]
  candidates = saved[2]
  states = saved[3]
  initial = torch.zeros([2 * sizes[0], units], dtype=6, device=packed.device)
  states_before = torch.cat([initial, states.index_select(0, previous)], 0)
  # The gradients of the inputs of the nonlinearities and of h are the state's gradient times these.
  to_n = (1 - z) * (1 - candidates * candidates)
  to_z = (states_before - candidates) * z * (1 - z)
  to_r = to_n * h_n * r * (1 - r)
  to_h = torch.stack([to_r, to_z, to_n * r], 1)
  forward_hh = __torch__.packed_weight(weights[1].t().to(product_type).contiguous(), sizes[0])
  reverse_hh = __torch__.packed_weight(weights[5].t().to(product_type).contiguous(), sizes[0])
  forward_gradient, reverse_gradient = torch.chunk(output_gradient, 2, 1)
  state_gradients = torch.cat([forward_gradient, reverse_gradient], 0).index_select(0, order)
  h_gradients = torch.empty([2 * n, 3, units], dtype=6, device=packed.device)
  end = 2 * n
  for back in range(len(sizes)):
    t = len(sizes) - 1 - back
    size = sizes[t]
    start = end - 2 * size
    state_gradient = state_gradients[start:end]
    h_gradient = h_gradients[start:end]
    torch.mul(state_gradient.unsqueeze(1), to_h[start:end], out=h_gradient)
    if t > 0:
      before = state_gradients[start - 2 * sizes[t - 1]:start].view([2, sizes[t - 1], units])
      before = before[:, :size]
      before.addcmul_(
          state_gradient.view([2, size, units]), z[start:end].reshape([2, size, units]), value=1)
      factors = h_gradient.view([2, size, 3 * units]).to(product_type)
      before[0].add_(__torch__.packed_product(factors[0], forward_hh), alpha=1)
      before[1].add_(__torch__.packed_product(factors[1], reverse_hh), alpha=1)
    end = start
  i_gradients = h_gradients.clone()
  i_gradients[:, 2].copy_(state_gradients * to_n)
  i_sides = i_gradients.view([2 * n, 3 * units]).index_select(0, inverse)
  h_sides = h_gradients.view([2 * n, 3 * units]).index_select(0, inverse)
  before_sides = states_before.index_select(0, inverse).to(product_type)
  inputs = packed.to(product_type)
  i_factors = i_sides.to(product_type)
  h_factors = h_sides.to(product_type)
  packed_gradient = torch.addmm(
      torch.mm(i_factors[:n], weights[0].to(product_type)), i_factors[n:2 * n],
      weights[4].to(product_type), beta=1, alpha=1)
  return [
      packed_gradient.to(6), torch.mm(i_factors[:n].t(), inputs).to(6),
      torch.mm(h_factors[:n].t(), before_sides[:n]).to(6), i_sides[:n].sum([0]),
      h_sides[:n].sum([0]), torch.mm(i_factors[n:2 * n].t(), inputs).to(6),
      torch.mm(h_factors[n:2 * n].t(), before_sides[n:2 * n]).to(6), i_sides[n:2 * n].sum([0]),
      h_sides[n:2 * n].sum([0])]

# The same layer as PyTorch's operator, which uses cuDNN on a GPU, with an automatic gradient.
def fused_gru(
    packed: Tensor, batch_sizes: Tensor, weights: List[Tensor], train: bool,
    product_type: int) -> Tensor:
  units = weights[1].size(1)
  initial = torch.zeros([2, int(batch_sizes[0]), units], dtype=product_type, device=packed.device)
  factors = weights
  if product_type != 6:
    factors = __torch__.in_one_array(weights, product_type)
  output, _0 = torch.gru(
      packed.to(product_type), batch_sizes, initial, factors, True, 1, 0., train, True)
  return output.to(6)

# Weights in another type, as views of one array in cuDNN's order: the matrices of both directions,
# then the biases. Weights that lie apart cuDNN copies in each call, with a warning.
def in_one_array(weights: List[Tensor], product_type: int) -> List[Tensor]:
  # The place of each weight, and the weight at each place.
  order = [0, 1, 4, 5, 2, 3, 6, 7]
  parts = annotate(List[Tensor], [])
  sizes = annotate(List[int], [])
  for i in range(len(order)):
    part = weights[order[i]].flatten()
    parts.append(part)
    sizes.append(part.size(0))
  views = torch.split_with_sizes(torch.cat(parts, 0).to(product_type), sizes, 0)
  factors = annotate(List[Tensor], [])
  for i in range(len(order)):
    factors.append(views[order[i]].view_as(weights[i]))
  return factors

# rows * weight^T + bias; the bias is added in single precision
def linear(rows: Tensor, weight: Tensor, bias: Tensor, product_type: int) -> Tensor:
  if product_type == 6:
    return torch.linear(rows, weight, bias)
  product = torch.linear(rows.to(product_type), weight.to(product_type), None)
  return torch.add(product, bias)
