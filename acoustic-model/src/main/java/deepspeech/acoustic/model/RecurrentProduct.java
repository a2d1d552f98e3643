package deepspeech.acoustic.model;

import deepspeech.acoustic.torchscript.TorchScriptArchive;
import deepspeech.acoustic.torchscript.TorchScriptModule;
import deepspeech.acoustic.torchscript.TorchScriptSource;
import java.util.Map;

/**
 * How {@code gru.py} multiplies the states of a frame by the recurrent weights. Both ways give the
 * same result up to rounding.
 */
enum RecurrentProduct {
  /** With oneDNN. */
  PACKED("packed_product.py"),
  /** With PyTorch's own operators. Builds of PyTorch without oneDNN, as for macOS, need it. */
  PLAIN("plain_product.py");

  private final String file;

  RecurrentProduct(String file) {
    this.file = file;
  }

  /** Returns the faster one of those that this PyTorch can compute. */
  static RecurrentProduct ofThisPyTorch() {
    return Compiled.FASTEST;
  }

  /** Returns the TorchScript functions. */
  String source() {
    return TorchScriptSource.of(RecurrentProduct.class, file);
  }

  private boolean compiles() {
    String source =
        source()
            + """

            class RecurrentProduct(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool

              def product(self, rows: Tensor, weight: Tensor) -> Tensor:
                return __torch__.packed_product(
                    rows, __torch__.packed_weight(weight, rows.size(0)), None)
            """;
    try {
      TorchScriptModule.load(new TorchScriptArchive("RecurrentProduct", source, Map.of())).close();
      return true;
    } catch (IllegalArgumentException e) {
      // PyTorch does not have the operators.
      return false;
    }
  }

  /** The answer for the process, found when it is first needed. */
  private static final class Compiled {
    private static final RecurrentProduct FASTEST = PACKED.compiles() ? PACKED : PLAIN;
  }
}
