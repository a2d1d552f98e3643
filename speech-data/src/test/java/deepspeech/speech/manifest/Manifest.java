package deepspeech.speech.manifest;

import deepspeech.messages.features.SkippedUtterance;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;

/** All lines of a small manifest. */
record Manifest(List<Utterance> utterances, List<SkippedUtterance> skipped) {
  static Manifest read(byte[] content, String name) {
    Manifest manifest = new Manifest(new ArrayList<>(), new ArrayList<>());
    try (ManifestLines lines = new ManifestLines(new ByteArrayInputStream(content), name)) {
      lines.forEachRemaining(
          line -> {
            if (line.problem() == null) {
              manifest.utterances.add(line.utterance());
            } else {
              manifest.skipped.add(line.problem());
            }
          });
    }
    return manifest;
  }
}
