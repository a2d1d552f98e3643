package deepspeech.speech.augmentation;

import com.fasterxml.jackson.databind.JsonNode;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.speech.WrongFileException;
import deepspeech.speech.manifest.TextLines;
import deepspeech.speech.storage.DataStorage;
import deepspeech.speech.storage.Location;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A manifest of noise or impulse responses, with a JSON object with {@code audio_filepath} on each
 * line. Other fields, including the duration, are ignored. A recording is always used as a whole,
 * and lines that name a part of one are reported.
 *
 * @param files files of the usable lines, in order
 * @param problem problem with the lines, without a line break; empty if there is none
 */
record RecordingManifest(List<Location> files, Optional<String> problem) {
  RecordingManifest {
    files = List.copyOf(files);
  }

  /**
   * Reads a manifest.
   *
   * @param content the whole file
   * @param path location of the file
   * @param storage storage of the recordings, see {@link DataStorage#audio}
   */
  static RecordingManifest read(byte[] content, Location path, DataStorage storage) {
    List<Location> files = new ArrayList<>();
    List<Optional<String>> lines;
    try {
      lines = TextLines.of(content);
    } catch (WrongFileException e) {
      return new RecordingManifest(files, Optional.of("cannot be read: " + e.getMessage()));
    }
    String first = null;
    for (int i = 0; i < lines.size(); i++) {
      Optional<Location> file =
          lines
              .get(i)
              .flatMap(RecordingManifest::filepath)
              .flatMap(f -> storage.audioPaths().find(path, f));
      if (file.isPresent()) {
        files.add(file.get());
      } else if (first == null) {
        first = "line " + (i + 1);
      }
    }
    if (lines.isEmpty()) {
      return new RecordingManifest(files, Optional.of("has no line"));
    }
    if (first == null) {
      long parts =
          lines.stream().flatMap(Optional::stream).filter(RecordingManifest::isPart).count();
      return new RecordingManifest(
          files,
          parts == 0
              ? Optional.empty()
              : Optional.of(
                  "%d of %d lines name a part of a recording by offset or start_time; the whole recording is used"
                      .formatted(parts, lines.size())));
    }
    return new RecordingManifest(
        files,
        Optional.of(
            ("%d of %d lines cannot be used, the first is %s; a line must be a JSON object with"
                    + " audio_filepath, a path inside the dataset root")
                .formatted(lines.size() - files.size(), lines.size(), first)));
  }

  private static boolean isPart(String line) {
    JsonNode object = Json.readTree(line.getBytes(StandardCharsets.UTF_8));
    return object.path("offset").asDouble() > 0 || object.hasNonNull("start_time");
  }

  private static Optional<String> filepath(String line) {
    try {
      JsonNode field = Json.readTree(line.getBytes(StandardCharsets.UTF_8)).path("audio_filepath");
      return Optional.ofNullable(field.textValue()).filter(text -> !text.isBlank());
    } catch (InvalidMessageException e) {
      return Optional.empty();
    }
  }
}
