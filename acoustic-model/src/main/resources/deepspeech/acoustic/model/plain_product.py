# TorchScript, serialised dialect. See deepspeech.acoustic.model.RecurrentProduct.
#
# The functions of packed_product.py for a PyTorch without oneDNN.
def packed_weight(weight: Tensor, rows: int) -> Tensor:
  return weight

def packed_product(rows: Tensor, weight: Tensor) -> Tensor:
  return torch.linear(rows, weight, None)
