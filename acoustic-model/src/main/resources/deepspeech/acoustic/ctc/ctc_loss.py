# TorchScript, serialised dialect. See deepspeech.acoustic.ctc.CtcLoss.

# Connectionist temporal classification (Graves et al., ICML 2006): the negative log likelihood of
# each utterance's labels, summed over all alignments of the labels to the output frames. Blank is
# token 0.
#   log_probabilities [output_time, batch, vocabulary], output_frames [batch] on the CPU,
#   labels [sum of label_lengths], label_lengths [batch] on the CPU
#   returns [batch]; infinite where no alignment exists
def ctc_loss(
    log_probabilities: Tensor, output_frames: Tensor, labels: Tensor,
    label_lengths: Tensor) -> Tensor:
  return torch.ctc_loss(log_probabilities, labels, output_frames, label_lengths, 0, 0, False)
