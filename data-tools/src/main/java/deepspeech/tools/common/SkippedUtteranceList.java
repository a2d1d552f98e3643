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
  public void add(SkippedUtterance leftOut) {
    if (file != null) {
      file.line(json ? asJson(leftOut) : asTabSeparated(leftOut));
    }
  }

  private static String asTabSeparated(SkippedUtterance leftOut) {
    return "%d\t%s\t%s\t%s"
        .formatted(
            leftOut.utterance(), clean(leftOut.path()), leftOut.reason(), clean(leftOut.detail()));
  }

  private static String asJson(SkippedUtterance leftOut) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("line", leftOut.utterance());
    fields.put("audio_filepath", leftOut.path());
    fields.put("reason", leftOut.reason());
    fields.put("detail", leftOut.detail());
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
