package deepspeech.acoustic.ctc;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import deepspeech.acoustic.torchscript.ScriptArgument;
import deepspeech.acoustic.torchscript.TensorTransfer;
import deepspeech.acoustic.torchscript.TorchEngine;
import deepspeech.acoustic.torchscript.TorchScriptArchive;
import deepspeech.acoustic.torchscript.TorchScriptModule;
import deepspeech.acoustic.torchscript.TorchScriptSource;
import deepspeech.messages.tensor.Tensor;
import java.util.Map;

/**
 * Connectionist temporal classification: the negative log likelihood of labels given output frames,
 * over all alignments (Graves et al., "Connectionist temporal classification", ICML 2006). The
 * blank is token 0.
 *
 * <p>The loss itself is {@code ctc_loss.py}, a function that the acoustic model's gradients go
 * through; this class evaluates it on its own.
 */
public final class CtcLoss implements AutoCloseable {
  private final TorchScriptModule module;

  /** Compiles the loss. */
  public CtcLoss() {
    String source = source() + "\n" + TorchScriptSource.of(CtcLoss.class, "ctc_criterion.py");
    module = TorchScriptModule.load(new TorchScriptArchive("CtcCriterion", source, Map.of()));
  }

  /** The TorchScript function {@code ctc_loss}, for a module that calls it. */
  public static String source() {
    return TorchScriptSource.of(CtcLoss.class, "ctc_loss.py");
  }

  /**
   * The loss of each utterance and the gradient of their sum.
   *
   * @param logits F32 {@code [output time, batch, vocabulary]}, before the softmax
   * @param outputFrames frames of each utterance, at most the output time
   * @param labels token indices of all utterances, from 1, {@code [sum of labelLengths]}
   * @param labelLengths labels of each utterance, from 0
   */
  public LossAndGradient lossAndGradient(
      Tensor logits, int[] outputFrames, int[] labels, int[] labelLengths) {
    try (NDManager scope = NDManager.newBaseManager(Device.cpu(), TorchEngine.NAME)) {
      NDArray frames = TensorTransfer.toDevice(outputFrames, scope);
      NDList result =
          module.callWithGradients(
              scope,
              "loss_and_gradient",
              ScriptArgument.of(TensorTransfer.toDevice(logits, scope)),
              ScriptArgument.of(frames),
              ScriptArgument.of(TensorTransfer.toDevice(labels, scope)),
              ScriptArgument.of(TensorTransfer.toDevice(labelLengths, scope)));
      return new LossAndGradient(
          result.get(0).toFloatArray(), TensorTransfer.toHost(result.get(1)));
    }
  }

  @Override
  public void close() {
    module.close();
  }

  /**
   * Losses and their gradient.
   *
   * @param losses nats, one an utterance; infinite if there are fewer output frames than labels and
   *     blanks between equal neighbours
   * @param gradient F32 of the shape of the logits; of no meaning for an utterance whose loss is
   *     infinite
   */
  public record LossAndGradient(float[] losses, Tensor gradient) {}
}
