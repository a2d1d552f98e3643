# TorchScript, serialised dialect. See deepspeech.trainer.ctc.CtcLoss.
class CtcCriterion(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def loss_and_gradient(self, logits: Tensor, output_frames: Tensor, labels: Tensor, label_lengths: Tensor) -> Tuple[Tensor, Tensor]:
    leaf = torch.requires_grad_(torch.detach(logits), True)
    losses = __torch__.ctc_loss(torch.log_softmax(leaf, 2), output_frames, labels, label_lengths)
    gradient = torch.autograd.grad([torch.sum(losses)], [leaf])
    return (torch.detach(losses), torch._unwrap_optional(gradient[0]))
