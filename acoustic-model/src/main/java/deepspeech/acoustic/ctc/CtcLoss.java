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
 * <p>The loss is implemented in {@code ctc_loss.py}. The acoustic model differentiates through that
 * function; this class evaluates it separately.
 */
public final class CtcLoss implements AutoCloseable {
  private final TorchScriptModule module;

  /** Compiles the loss. */
  public CtcLoss() {
    module = TorchScriptModule.load(archive());
  }

  /** Returns the module that the constructor compiles. */
  public static TorchScriptArchive archive() {
    String source = source() + "\n" + TorchScriptSource.of(CtcLoss.class, "ctc_criterion.py");
    return new TorchScriptArchive("CtcCriterion", source, Map.of());
  }

  /**
   * Returns the source of the TorchScript function {@code ctc_loss}, for a module that calls it.
   */
  public static String source() {
    return TorchScriptSource.of(CtcLoss.class, "ctc_loss.py");
  }

  /**
   * Computes the loss of each utterance and the gradient of the sum of the losses.
   *
   * @param logits F32 {@code [output time, batch, vocabulary]}, before the softmax
   * @param outputFrames number of frames of each utterance, at most the output time
   * @param labels token indices of all utterances, from 1, {@code [sum of labelLengths]}
   * @param labelLengths number of labels of each utterance, from 0
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
   * Losses and the gradient of their sum.
   *
   * @param losses the losses in nats, one per utterance; infinite if there are fewer output frames
   *     than labels plus blanks between equal neighbours
   * @param gradient F32, of the shape of the logits; meaningless for an utterance whose loss is
   *     infinite
   */
  public record LossAndGradient(float[] losses, Tensor gradient) {}
}
