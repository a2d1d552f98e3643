# TorchScript, serialised dialect. See deepspeech.acoustic.model.RecurrentProduct.
#
# Products of few rows with the same weights again and again, by oneDNN with its own kernels and its
# own layout of the weights. A matrix product of BLAS lays out the weights at each call, which for a
# few rows takes longer than the product.
#
# oneDNN has no kernels for GPUs, on which gpu-check runs gru.py, too. There the products are
# PyTorch's own.

# weight [outputs, inputs], the number of rows that is to be fast -> the weight in oneDNN's layout
def packed_weight(weight: Tensor, rows: int) -> Tensor:
  if weight.is_cuda:
    return weight
  return ops.mkldnn._reorder_linear_weight(weight, rows)

# rows [n, inputs] -> [n, outputs]
def packed_product(rows: Tensor, weight: Tensor) -> Tensor:
  if rows.is_cuda:
    return torch.linear(rows, weight, None)
  return ops.mkldnn._linear_pointwise(
      rows, weight, None, "none", annotate(List[Optional[number]], []), "")
