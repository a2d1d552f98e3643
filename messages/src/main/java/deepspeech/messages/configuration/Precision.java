package deepspeech.messages.configuration;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;

/** The precision of the products of convolutions, GRU layers and output layer in training. */
public enum Precision {
  /** IEEE single precision. */
  F32,
  /** Single precision, of which a GPU's product takes the first 10 bits of each fraction. */
  TF32,
  /** Brain floating point: the range of single precision with 7 bits of fraction. */
  BF16,
  /** IEEE half precision, with a scale of the loss. */
  F16;

  /** The precision of that name. */
  static Precision named(String name) {
    return Arrays.stream(values()).filter(p -> p.toString().equals(name)).findFirst().orElseThrow();
  }

  /** True if a CPU has no such products, or only ones that are slower than single precision. */
  public boolean isForGpusOnly() {
    return this == TF32 || this == F16;
  }

  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
