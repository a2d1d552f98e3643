# TorchScript, serialised dialect. See deepspeech.trainer.model.AcousticModel.
#
# A bidirectional GRU layer (Cho et al., EMNLP 2014, in the variant of cuDNN and ONNX, whose reset gate acts on the
# recurrent product) over packed sequences, with its gradient written out:
#
#   i = W_ih x + b_ih              r = sigmoid(i_r + h_r)
#   h = W_hh state' + b_hh         z = sigmoid(i_z + h_z)
#   state' is the state before     n = tanh(i_n + r h_n)
#                                  state = n + z (state' - n)
#
# PyTorch's own layer on a CPU computes about twenty small operations for each frame and direction, adds up a
# weight gradient for each frame, and lets the threads wait for each other after each. Here both directions advance
# together, the reverse one from the end of each utterance; what needs no order in time is done for all frames at once.
#
# Rows lie in the order of their computation: frame after frame, of each frame first the forward then the reverse
# direction, of each direction the utterances longest first, so that those still active are always the first. With
# n packed rows there are 2 n of these rows:
#   sizes      how many utterances have a first, second, ... frame
#   order      [2 n] where a row comes from in the packed rows of the forward direction with those of the reverse behind
#   inverse    [2 n] the other way round
#   previous   [2 n - 2 sizes[0]] the row of the state before, for all but the rows of the first frame

# weights: weight_ih, weight_hh, bias_ih, bias_hh, and the same for the reverse direction
# -> output [n, 2 units], and what gru_gradients needs: the rows' h, gates r and z, candidates n and states
def gru(packed: Tensor, sizes: List[int], order: Tensor, inverse: Tensor, weights: List[Tensor]) -> Tuple[Tensor, List[Tensor]]:
  n = torch.size(packed, 0)
  units = torch.size(weights[1], 1)
  inputs = torch.cat([torch.linear(packed, weights[0], weights[2]), torch.linear(packed, weights[4], weights[6])], 0)
  inputs = torch.index_select(inputs, 0, order)
  weight_hh = torch.transpose(torch.stack([weights[1], weights[5]], 0), 1, 2)
  bias_hh = torch.unsqueeze(torch.stack([weights[3], weights[7]], 0), 1)
  products = torch.empty([2 * n, 3 * units], dtype=6, device=packed.device)
  gates = torch.empty([2 * n, 2 * units], dtype=6, device=packed.device)
  candidates = torch.empty([2 * n, units], dtype=6, device=packed.device)
  states = torch.empty([2 * n, units], dtype=6, device=packed.device)
  state = torch.zeros([2, sizes[0], units], dtype=6, device=packed.device)
  start = 0
  for t in range(torch.len(sizes)):
    size = sizes[t]
    end = start + 2 * size
    before = torch.slice(state, 1, 0, size, 1)
    h = torch.view(torch.slice(products, 0, start, end, 1), [2, size, 3 * units])
    _0 = torch.baddbmm(bias_hh, before, weight_hh, beta=1, alpha=1, out=h)
    i = torch.view(torch.slice(inputs, 0, start, end, 1), [2, size, 3 * units])
    rz = torch.view(torch.slice(gates, 0, start, end, 1), [2, size, 2 * units])
    _1 = torch.sigmoid_(torch.add(torch.slice(i, 2, 0, 2 * units, 1), torch.slice(h, 2, 0, 2 * units, 1), alpha=1, out=rz))
    candidate = torch.view(torch.slice(candidates, 0, start, end, 1), [2, size, units])
    _2 = torch.tanh_(torch.addcmul(torch.slice(i, 2, 2 * units, 3 * units, 1), torch.slice(rz, 2, 0, units, 1), torch.slice(h, 2, 2 * units, 3 * units, 1), value=1, out=candidate))
    state = torch.view(torch.slice(states, 0, start, end, 1), [2, size, units])
    _3 = torch.lerp(candidate, before, torch.slice(rz, 2, units, 2 * units, 1), out=state)
    start = end
  sides = torch.index_select(states, 0, inverse)
  output = torch.cat([torch.slice(sides, 0, 0, n, 1), torch.slice(sides, 0, n, 2 * n, 1)], 1)
  return (output, [products, gates, candidates, states])

# -> the gradient with respect to the packed rows, then with respect to each of the weights
def gru_gradients(packed: Tensor, saved: List[Tensor], sizes: List[int], order: Tensor, inverse: Tensor, previous: Tensor, weights: List[Tensor], output_gradient: Tensor) -> List[Tensor]:
  n = torch.size(packed, 0)
  units = torch.size(weights[1], 1)
  h_n = torch.slice(saved[0], 1, 2 * units, 3 * units, 1)
  r = torch.slice(saved[1], 1, 0, units, 1)
  z = torch.slice(saved[1], 1, units, 2 * units, 1)
  candidates = saved[2]
  states = saved[3]
  initial = torch.zeros([2 * sizes[0], units], dtype=6, device=packed.device)
  states_before = torch.cat([initial, torch.index_select(states, 0, previous)], 0)
  # The gradients of what goes into the nonlinearities and of h are the state's gradient times these.
  to_n = torch.mul(1 - z, 1 - candidates * candidates)
  to_z = torch.mul(states_before - candidates, z * (1 - z))
  to_r = torch.mul(to_n * h_n, r * (1 - r))
  to_h = torch.stack([to_r, to_z, to_n * r], 1)
  weight_hh = torch.stack([weights[1], weights[5]], 0)
  forward_gradient, reverse_gradient = torch.chunk(output_gradient, 2, 1)
  state_gradients = torch.index_select(torch.cat([forward_gradient, reverse_gradient], 0), 0, order)
  h_gradients = torch.empty([2 * n, 3, units], dtype=6, device=packed.device)
  end = 2 * n
  for back in range(torch.len(sizes)):
    t = torch.len(sizes) - 1 - back
    size = sizes[t]
    start = end - 2 * size
    state_gradient = torch.slice(state_gradients, 0, start, end, 1)
    h_gradient = torch.slice(h_gradients, 0, start, end, 1)
    _0 = torch.mul(torch.unsqueeze(state_gradient, 1), torch.slice(to_h, 0, start, end, 1), out=h_gradient)
    if t > 0:
      before = torch.view(torch.slice(state_gradients, 0, start - 2 * sizes[t - 1], start, 1), [2, sizes[t - 1], units])
      before = torch.slice(before, 1, 0, size, 1)
      _1 = torch.addcmul_(before, torch.view(state_gradient, [2, size, units]), torch.reshape(torch.slice(z, 0, start, end, 1), [2, size, units]), value=1)
      _2 = torch.baddbmm_(before, torch.view(h_gradient, [2, size, 3 * units]), weight_hh, beta=1, alpha=1)
    end = start
  i_gradients = torch.clone(h_gradients)
  _3 = torch.copy_(torch.select(i_gradients, 1, 2), torch.mul(state_gradients, to_n))
  i_sides = torch.index_select(torch.view(i_gradients, [2 * n, 3 * units]), 0, inverse)
  h_sides = torch.index_select(torch.view(h_gradients, [2 * n, 3 * units]), 0, inverse)
  before_sides = torch.index_select(states_before, 0, inverse)
  i_forward = torch.slice(i_sides, 0, 0, n, 1)
  i_reverse = torch.slice(i_sides, 0, n, 2 * n, 1)
  h_forward = torch.slice(h_sides, 0, 0, n, 1)
  h_reverse = torch.slice(h_sides, 0, n, 2 * n, 1)
  packed_gradient = torch.addmm(torch.mm(i_forward, weights[0]), i_reverse, weights[4], beta=1, alpha=1)
  return [packed_gradient, torch.mm(torch.t(i_forward), packed), torch.mm(torch.t(h_forward), torch.slice(before_sides, 0, 0, n, 1)), torch.sum(i_forward, [0]), torch.sum(h_forward, [0]), torch.mm(torch.t(i_reverse), packed), torch.mm(torch.t(h_reverse), torch.slice(before_sides, 0, n, 2 * n, 1)), torch.sum(i_reverse, [0]), torch.sum(h_reverse, [0])]

# The same layer as PyTorch has it, which is cuDNN's on a GPU; its gradient is automatic.
def fused_gru(packed: Tensor, batch_sizes: Tensor, weights: List[Tensor], train: bool) -> Tensor:
  units = torch.size(weights[1], 1)
  initial = torch.zeros([2, int(batch_sizes[0]), units], dtype=6, device=packed.device)
  output, _0 = torch.gru(packed, batch_sizes, initial, weights, True, 1, 0., train, True)
  return output
