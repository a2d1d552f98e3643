package deepspeech.dataprep.check;

import deepspeech.messages.Json;
import deepspeech.messages.deadletter.LeftOutReason;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Something wrong with an utterance.
 *
 * @param line in the manifest, from 1
 * @param path of its audio file as the manifest gives it; null if the line cannot be read
 * @param usable whether training uses it all the same
 * @param detail one line
 */
record Finding(long line, String path, LeftOutReason reason, boolean usable, String detail) {
  String asTabSeparated() {
    return "%d\t%s\t%s\t%s".formatted(line, clean(path), reason, clean(detail));
  }

  String asJson() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("line", line);
    fields.put("audio_filepath", path);
    fields.put("reason", reason);
    fields.put("detail", detail);
    return Json.writeText(fields);
  }

  private static String clean(String text) {
    return text == null ? "" : text.replaceAll("[\t\r\n]", " ");
  }
}
