# TorchScript, serialised dialect. See deepspeech.acoustic.ctc.CtcLoss.
class CtcCriterion(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def loss_and_gradient(
      self, logits: Tensor, output_frames: Tensor, labels: Tensor,
      label_lengths: Tensor) -> Tuple[Tensor, Tensor]:
    leaf = logits.detach().requires_grad_(True)
    losses = __torch__.ctc_loss(torch.log_softmax(leaf, 2), output_frames, labels, label_lengths)
    gradient = torch.autograd.grad([losses.sum()], [leaf])
    return (losses.detach(), torch._unwrap_optional(gradient[0]))
