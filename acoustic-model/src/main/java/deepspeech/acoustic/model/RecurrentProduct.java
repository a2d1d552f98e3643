package deepspeech.acoustic.model;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import deepspeech.acoustic.torchscript.ScriptArgument;
import deepspeech.acoustic.torchscript.TorchEngine;
import deepspeech.acoustic.torchscript.TorchScriptArchive;
import deepspeech.acoustic.torchscript.TorchScriptModule;
import deepspeech.acoustic.torchscript.TorchScriptSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How {@code gru.py} multiplies the states of a frame by the recurrent weights. Both ways give the
 * same result up to rounding.
 */
enum RecurrentProduct {
  /** With oneDNN on the CPU. */
  PACKED("packed_product.py"),
  /**
   * With PyTorch's own operators. Builds of PyTorch without oneDNN, as for macOS, need it, and
   * processors without AVX-512 in half precision.
   */
  PLAIN("plain_product.py");

  /** By type. It does not change while the process lives. */
  private static final Map<Integer, RecurrentProduct> FASTEST = new ConcurrentHashMap<>();

  private final String file;

  RecurrentProduct(String file) {
    this.file = file;
  }

  /**
   * Returns the faster one of those that this PyTorch computes on this processor. Tries it once for
   * each type.
   *
   * @param type PyTorch's number of the type of the factors
   */
  static RecurrentProduct of(int type) {
    return FASTEST.computeIfAbsent(type, key -> PACKED.computes(key) ? PACKED : PLAIN);
  }

  /** Returns the TorchScript functions. */
  String source() {
    return TorchScriptSource.of(RecurrentProduct.class, file);
  }

  private boolean computes(int type) {
    String source =
        source()
            + """

            class RecurrentProduct(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
              kind : int

              def product(self, ones: Tensor) -> Tensor:
                factors = ones.to(self.kind)
                return __torch__.packed_product(
                    factors, __torch__.packed_weight(factors, ones.size(0)))
            """;
    TorchScriptArchive archive =
        new TorchScriptArchive("RecurrentProduct", source, Map.of("kind", type));
    try (TorchScriptModule module = TorchScriptModule.load(archive);
        NDManager scope = TorchEngine.start().newBaseManager(Device.cpu())) {
      var unused = module.call(scope, "product", ScriptArgument.of(scope.ones(new Shape(2, 2))));
      return true;
    } catch (IllegalArgumentException | EngineException e) {
      // PyTorch does not have the operators, or the processor lacks what they need for the type.
      return false;
    }
  }
}
