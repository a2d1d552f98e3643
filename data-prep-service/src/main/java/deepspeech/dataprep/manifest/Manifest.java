package deepspeech.dataprep.manifest;

import deepspeech.messages.features.LeftOut;
import java.util.List;

/**
 * A manifest as it was read.
 *
 * @param utterances the well-formed lines, in their order
 * @param leftOut the other lines, in their order
 */
public record Manifest(List<Utterance> utterances, List<LeftOut> leftOut) {
  public Manifest {
    utterances = List.copyOf(utterances);
    leftOut = List.copyOf(leftOut);
  }
}
