package deepspeech.speech.augmentation;

import deepspeech.speech.DataFileException;
import java.nio.charset.StandardCharsets;

/** Reads an augmentation file {@code a.json} of one entry. */
final class SingleEntry {
  private SingleEntry() {}

  /**
   * Returns what an entry with these parameters applies to every utterance.
   *
   * @param params fields of the JSON object {@code params}, without its braces
   */
  static Perturbation read(String type, String params) throws DataFileException {
    byte[] content = of(type, params).getBytes(StandardCharsets.UTF_8);
    return AugmentationFile.read(content, "a.json").entries().get(0).perturbation();
  }

  /** The file as JSON. */
  static String of(String type, String params) {
    return "[{\"type\": \"%s\", \"params\": {%s}, \"prob\": 1}]".formatted(type, params);
  }
}
