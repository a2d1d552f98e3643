# TorchScript, serialised dialect. See deepspeech.acoustic.optimizer.Adam.
class Adam(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # Returns the arrays in the memory layout of the weights. The fused kernel pairs values by their
  # position in memory. If the strides of a gradient differ from those of its weight, the CPU kernel
  # reads the values in the wrong order without an error, and the GPU kernel refuses them. The
  # gradient of a convolution with a channels-last input has such strides.
  def laid_out(self, arrays: List[Tensor], weights: List[Tensor]) -> List[Tensor]:
    same = annotate(List[Tensor], [])
    for i in range(len(weights)):
      array = arrays[i]
      if array.stride() != weights[i].stride():
        array = torch.empty_like(weights[i]).copy_(array)
      same.append(array)
    return same

  # Performs a step in place, which is number `step`[i] for weight i. Multiplies the gradients by
  # scale, which is below 1 if they are clipped. Then the fused kernel adds the weight decay times
  # the weight to its gradient, and updates the moments and the weights. scale and learning_rate are
  # scalars on the CPU. constants are beta1, beta2, epsilon and the weight decay; they and step are
  # on the CPU, too.
  def update(
      self, scale: Tensor, learning_rate: Tensor, constants: Tensor, step: Tensor,
      weights: List[Tensor], gradients: List[Tensor], exp_avg: List[Tensor],
      exp_avg_sq: List[Tensor]) -> Tensor:
    if float(scale) != 1.:
      torch._foreach_mul_(gradients, float(scale))
    laid_out = self.laid_out(gradients, weights)
    steps = annotate(List[Tensor], [])
    step_on_device = __torch__.on_device(step, weights[0])
    for i in range(len(weights)):
      if (
          exp_avg[i].stride() != weights[i].stride()
          or exp_avg_sq[i].stride() != weights[i].stride()):
        ops.prim.RaiseException("a moment is not laid out as its weight", "builtins.ValueError")
      steps.append(torch.select(step_on_device, 0, i))
    torch._fused_adam_(
        weights, laid_out, exp_avg, exp_avg_sq, annotate(List[Tensor], []), steps,
        lr=float(learning_rate), beta1=float(torch.select(constants, 0, 0)),
        beta2=float(torch.select(constants, 0, 1)),
        weight_decay=float(torch.select(constants, 0, 3)), eps=float(torch.select(constants, 0, 2)),
        amsgrad=False, maximize=False)
    return step
