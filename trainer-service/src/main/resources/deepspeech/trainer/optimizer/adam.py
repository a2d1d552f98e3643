# TorchScript, serialised dialect. See deepspeech.trainer.optimizer.Adam.
class Adam(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # One step in place, the `step`-th. Gradients whose norm is above maximum_norm are scaled down to
  # it; then the fused kernel adds weight_decay times the weight, updates the moments and the
  # weights. learning_rate and weight_decay are scalars on the CPU.
  def update(
      self, norm: Tensor, maximum_norm: Tensor, learning_rate: Tensor, weight_decay: Tensor,
      step: Tensor, weights: List[Tensor], gradients: List[Tensor], exp_avg: List[Tensor],
      exp_avg_sq: List[Tensor]) -> Tensor:
    torch._foreach_mul_(gradients, torch.div(maximum_norm, torch.maximum(norm, maximum_norm)))
    steps = annotate(List[Tensor], [])
    for i in range(len(weights)):
      steps.append(step)
    torch._fused_adam_(
        weights, gradients, exp_avg, exp_avg_sq, annotate(List[Tensor], []), steps,
        lr=float(learning_rate), beta1=0.9, beta2=0.999,
        weight_decay=float(weight_decay), eps=1.0e-08, amsgrad=False, maximize=False)
    return step
