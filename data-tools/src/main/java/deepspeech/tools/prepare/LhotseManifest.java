package deepspeech.tools.prepare;

import com.fasterxml.jackson.databind.JsonNode;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.features.SkipReason;
import deepspeech.speech.DataFileException;
import deepspeech.speech.audio.Segment;
import deepspeech.speech.manifest.ManifestReader;
import deepspeech.speech.manifest.StatedDuration;
import deepspeech.tools.common.FirstProblems;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Lhotse manifest: cuts with their recordings, or supervisions with the recordings manifest
 * beside them, as JSON lines, compressed or not. Each supervision with a text is an utterance: the
 * part of its cut that {@code trim_to_supervisions} would cut. Audio that Lhotse would transform or
 * mix when it loads the cut is skipped.
 *
 * <p>Source: Lhotse, {@code lhotse/cut/data.py}, {@code lhotse/audio/recording.py} and {@code
 * lhotse/supervision.py}.
 */
final class LhotseManifest implements AnnotationSource {
  private static final double TOLERATED_SECONDS = 1e-3;

  private final Path path;

  private LhotseManifest(Path path) {
    this.path = path;
  }

  /**
   * Returns the Lhotse manifest in a file; empty if the file is not a Lhotse manifest.
   *
   * @throws DataFileException if the file is a Lhotse manifest that cannot be read
   */
  static Optional<LhotseManifest> of(Path file) throws DataFileException {
    if (!TextFile.hasObjects(file)) {
      return Optional.empty();
    }
    JsonNode object = parse(TextFile.firstLine(file)).orElse(null);
    if (object == null || object.has("audio_filepath")) {
      return Optional.empty();
    }
    if (object.has("sources")) {
      throw new DataFileException(
          file + ": has recordings only; name the cuts or the supervisions instead");
    }
    boolean isLhotse = object.has("supervisions") || isSupervision(object) || object.has("tracks");
    return isLhotse ? Optional.of(new LhotseManifest(file)) : Optional.empty();
  }

  /** Returns true if a file is the recordings manifest of supervisions beside it. */
  static boolean isRecordings(Path file) {
    String name = file.getFileName().toString();
    return name.contains("recordings")
        && Files.exists(file.resolveSibling(name.replace("recordings", "supervisions")));
  }

  private static boolean isSupervision(JsonNode object) {
    return object.has("recording_id") && object.has("start") && object.has("duration");
  }

  @Override
  public long count() throws DataFileException {
    return TextFile.count(path);
  }

  @Override
  public Annotations open() throws DataFileException {
    FirstProblems unreadable = new FirstProblems();
    Map<String, JsonNode> recordings =
        parse(TextFile.firstLine(path)).filter(LhotseManifest::isSupervision).isPresent()
            ? recordings(unreadable)
            : Map.of();
    TextFile file = TextFile.open(path);
    return new TextAnnotations(
        file,
        () -> {
          JsonNode object = parse(file.line()).orElse(null);
          if (object == null) {
            return List.of(malformed(file, "not JSON; a cut of Lhotse is expected"));
          }
          return object.has("recording_id") && !object.has("supervisions")
              ? List.of(supervision(file, object, recordings))
              : cut(file, object);
        },
        () -> unreadable.lines(KaldiTable.UNREADABLE));
  }

  /** Reads the recordings, by id. */
  private Map<String, JsonNode> recordings(FirstProblems unreadable) throws DataFileException {
    String name = path.getFileName().toString();
    Path file = path.resolveSibling(name.replace("supervisions", "recordings"));
    if (file.equals(path) || !Files.exists(file)) {
      throw new DataFileException(
          "%s: the recordings of these supervisions are expected in %s"
              .formatted(path, file.equals(path) ? "a file beside it" : file));
    }
    Map<String, JsonNode> recordings = new HashMap<>();
    try (TextFile lines = TextFile.open(file)) {
      while (lines.next()) {
        Optional<String> problem = lines.problem();
        Optional<JsonNode> recording = problem.isPresent() ? Optional.empty() : parse(lines.line());
        if (recording.isPresent()) {
          recordings.put(recording.get().path("id").asText(), recording.get());
        } else if (problem.isPresent() || !lines.line().isBlank()) {
          unreadable.add(problem.orElse(lines.at() + "not JSON; a recording is expected"));
        }
      }
    }
    return recordings;
  }

  private AnnotationLine supervision(
      TextFile file, JsonNode supervision, Map<String, JsonNode> recordings) {
    JsonNode recording = recordings.get(supervision.path("recording_id").asText());
    if (recording == null) {
      return malformed(
          file,
          "recording_id is "
              + ManifestReader.quote(supervision.path("recording_id"))
              + ", which no recording has");
    }
    Optional<String> problem =
        audioProblem(recording).or(() -> channelProblem(supervision, recording));
    return problem.isPresent()
        ? malformed(file, problem.get())
        : annotation(
            file,
            recording,
            supervision,
            supervision.path("start").asDouble(),
            supervision.path("duration").asDouble());
  }

  private List<AnnotationLine> cut(TextFile file, JsonNode cut) {
    Optional<String> problem = cutProblem(cut);
    if (problem.isPresent()) {
      return List.of(malformed(file, problem.get()));
    }
    List<AnnotationLine> annotations = new ArrayList<>();
    double length = cut.path("duration").asDouble();
    for (JsonNode supervision : cut.path("supervisions")) {
      // The times of supervisions are relative to the cut, and supervisions may extend beyond it.
      double begin = Math.max(0, supervision.path("start").asDouble());
      double end =
          Math.min(
              length,
              supervision.path("start").asDouble() + supervision.path("duration").asDouble());
      annotations.add(
          annotation(
              file,
              cut.get("recording"),
              supervision,
              cut.path("start").asDouble() + begin,
              end - begin));
    }
    return annotations.isEmpty()
        ? List.of(malformed(file, "the cut has no supervision and so no text"))
        : annotations;
  }

  private static Optional<String> cutProblem(JsonNode cut) {
    String type = cut.path("type").asText("MonoCut");
    if (!type.equals("MonoCut") && !type.equals("Cut")) {
      return Optional.of(
          "type is \"%s\"; MonoCut is expected, so save mixed audio to files first"
              .formatted(type));
    }
    if (!cut.path("recording").isObject()) {
      return Optional.of("the cut has no recording; cuts with features only cannot be used");
    }
    return audioProblem(cut.get("recording")).or(() -> channelProblem(cut, cut.get("recording")));
  }

  /**
   * Returns the problem of a cut that selects one channel of several. Lhotse loads one channel of a
   * recording, but this project mixes all channels.
   */
  private static Optional<String> channelProblem(JsonNode of, JsonNode recording) {
    int channels = recording.path("sources").path(0).path("channels").size();
    return channels > 1 && of.hasNonNull("channel")
        ? Optional.of(
            "channel is %s of a recording with %d; write the channel to a file of its own"
                .formatted(ManifestReader.quote(of.get("channel")), channels))
        : Optional.empty();
  }

  private static Optional<String> audioProblem(JsonNode recording) {
    if (!recording.path("transforms").isEmpty()) {
      return Optional.of(
          "the recording has transforms, %s; save the audio to files first"
              .formatted(ManifestReader.quote(recording.get("transforms"))));
    }
    JsonNode sources = recording.path("sources");
    if (sources.size() != 1) {
      return Optional.of("the recording has %d sources; one is expected".formatted(sources.size()));
    }
    String type = sources.get(0).path("type").asText();
    String source = sources.get(0).path("source").asText();
    boolean isPath = type.equals("file") || (type.equals("url") && source.startsWith("s3://"));
    return isPath && !source.isBlank()
        ? Optional.empty()
        : Optional.of(
            "the source of the recording is of type \"%s\"; a file or an s3:// url is expected"
                .formatted(type));
  }

  private AnnotationLine annotation(
      TextFile file, JsonNode recording, JsonNode supervision, double begin, double seconds) {
    if (!(begin >= 0) || !(seconds > 0) || Double.isInfinite(begin + seconds)) {
      return malformed(
          file, "the supervision begins at %s s and lasts %s s".formatted(begin, seconds));
    }
    double length = recording.path("duration").asDouble();
    boolean isWhole = begin < TOLERATED_SECONDS && Math.abs(length - seconds) < TOLERATED_SECONDS;
    return AnnotationLine.of(
        new Annotation(
            path,
            file.number(),
            recording.path("sources").get(0).path("source").asText(),
            isWhole ? Optional.empty() : Optional.of(new Segment(begin, seconds)),
            Optional.of(new StatedDuration(seconds)),
            supervision.path("text").asText("")));
  }

  private static AnnotationLine malformed(TextFile file, String detail) {
    return AnnotationLine.skipped(
        file.path(), file.number(), null, SkipReason.MALFORMED_LINE, file.at() + detail);
  }

  private static Optional<JsonNode> parse(String line) {
    try {
      return Optional.of(Json.readTree(line.getBytes(StandardCharsets.UTF_8)))
          .filter(JsonNode::isObject);
    } catch (InvalidMessageException e) {
      return Optional.empty();
    }
  }
}
