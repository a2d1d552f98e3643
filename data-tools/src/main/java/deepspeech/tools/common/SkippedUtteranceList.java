package deepspeech.tools.common;

import deepspeech.messages.Json;
import deepspeech.messages.features.SkippedUtterance;
import deepspeech.speech.DataFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A file with all utterances that have a problem, in the order in which they are added. */
public final class SkippedUtteranceList implements AutoCloseable {
  private final AtomicFile file;
  private final boolean json;

  /**
   * Starts a file.
   *
   * @param path JSON lines if the name ends with {@code .json} or {@code .jsonl}, otherwise tab
   *     separated; null for no file
   */
  SkippedUtteranceList(Path path) throws DataFileException {
    this.json = path != null && path.toString().matches(".*\\.jsonl?");
    this.file = path == null ? null : new AtomicFile(path);
    if (path != null && !json) {
      file.line("line\taudio_filepath\treason\tdetail");
    }
  }

  /** Adds an utterance. */
  public void add(SkippedUtterance skipped) {
    if (file != null) {
      file.line(json ? asJson(skipped) : asTabSeparated(skipped));
    }
  }

  private static String asTabSeparated(SkippedUtterance skipped) {
    return "%d\t%s\t%s\t%s"
        .formatted(
            skipped.utterance(), clean(skipped.path()), skipped.reason(), clean(skipped.detail()));
  }

  private static String asJson(SkippedUtterance skipped) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("line", skipped.utterance());
    fields.put("audio_filepath", skipped.path());
    fields.put("reason", skipped.reason());
    fields.put("detail", skipped.detail());
    return Json.writeText(fields);
  }

  private static String clean(String text) {
    return text == null ? "" : text.replaceAll("[\t\r\n]", " ");
  }

  /** Moves the complete file to its final path. */
  public void finish() throws DataFileException {
    if (file != null) {
      file.finish();
    }
  }

  @Override
  public void close() throws DataFileException {
    if (file != null) {
      file.close();
    }
  }
}
