package deepspeech.dataprep.prepare;

import deepspeech.dataprep.manifest.Utterance;
import deepspeech.messages.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes manifests. */
final class ManifestFile {
  private ManifestFile() {}

  /** The file that holds the utterances, a line each. */
  static byte[] of(List<Utterance> utterances) {
    StringBuilder lines = new StringBuilder();
    for (Utterance utterance : utterances) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("audio_filepath", utterance.audioFilepath());
      fields.put("duration", utterance.duration());
      fields.put("text", utterance.text());
      lines.append(Json.writeText(fields)).append('\n');
    }
    return lines.toString().getBytes(StandardCharsets.UTF_8);
  }
}
