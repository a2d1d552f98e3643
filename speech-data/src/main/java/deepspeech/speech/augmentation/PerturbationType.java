package deepspeech.speech.augmentation;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The types of perturbation. The augmentation file names a type by its constant in lower case. The
 * random numbers of an entry depend on this name, so renaming a constant changes batches.
 */
public enum PerturbationType {
  IMPULSE(Impulse::read),
  NOISE(Noise::read),
  RESAMPLE(Resample::read),
  SHIFT(Shift::read),
  SPECAUG(SpecAugment::read),
  SPECSUB(SpecSubstitute::read),
  SPEED(Speed::read),
  VOLUME(Volume::read);

  /** All names in alphabetical order, as messages list them. */
  static final String NAMES =
      Arrays.stream(values())
          .map(PerturbationType::toString)
          .sorted()
          .collect(Collectors.joining(", "));

  private final Function<Fields, Perturbation> reader;

  PerturbationType(Function<Fields, Perturbation> reader) {
    this.reader = reader;
  }

  /** Returns the type with a name of the augmentation file; empty if it is unknown. */
  static Optional<PerturbationType> named(String name) {
    return Arrays.stream(values()).filter(type -> type.toString().equals(name)).findFirst();
  }

  /**
   * Reads the parameters of an entry. If some are invalid, {@code params} has recorded it, and the
   * perturbation has allowed values in their place.
   */
  Perturbation read(Fields params) {
    Perturbation perturbation = reader.apply(params);
    params.refuseOthers();
    return perturbation;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
