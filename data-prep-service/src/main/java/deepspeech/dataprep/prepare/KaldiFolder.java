package deepspeech.dataprep.prepare;

import deepspeech.dataprep.DataFileException;
import deepspeech.dataprep.manifest.Segment;
import deepspeech.dataprep.manifest.StatedDuration;
import deepspeech.messages.deadletter.LeftOutReason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A Kaldi data folder: {@code text} has an utterance and what is said on each line, {@code wav.scp}
 * the file of each recording, and {@code segments}, where there is one, the recording of each
 * utterance with its begin and end in seconds. Without {@code segments} an utterance is the
 * recording of its name. {@code wav.scp} and {@code segments} are held in memory.
 *
 * <p>Source: <a href="https://kaldi-asr.org/doc/data_prep.html">kaldi-asr.org, "Data
 * preparation"</a>.
 */
final class KaldiFolder implements AnnotationSource {
  private static final Pattern ARCHIVE = Pattern.compile(".+\\.ark:\\d+(\\[.*])?");
  private static final Pattern BLANK = Pattern.compile("[ \t]+");
  private static final int LONGEST_QUOTE = 80;
  private static final double TO_THE_END = -1;

  /** What Kaldi calls the only channel of a recording. */
  private static final Set<String> FIRST_CHANNELS = Set.of("A", "0", "1");

  private final Path folder;

  KaldiFolder(Path folder) {
    this.folder = folder;
  }

  /** Whether a folder is one. */
  static boolean isOne(Path folder) {
    return Files.isRegularFile(folder.resolve("wav.scp"));
  }

  @Override
  public long count() throws DataFileException {
    return TextFile.count(text());
  }

  @Override
  public Annotations open() throws DataFileException {
    requireOneChannel();
    Map<String, String> recordings = recordings();
    Path segments = folder.resolve("segments");
    Map<String, Stretch> stretches =
        Files.exists(segments) ? stretches(segments, recordings) : null;
    TextFile text = TextFile.open(text());
    return new TextAnnotations(
        text,
        () -> {
          String[] fields = BLANK.split(text.line().strip(), 2);
          String said = fields.length < 2 ? "" : fields[1];
          return List.of(
              stretches == null
                  ? whole(text, fields[0], said, recordings)
                  : part(text, fields[0], said, recordings, stretches));
        });
  }

  private AnnotationLine whole(
      TextFile text, String utterance, String said, Map<String, String> recordings) {
    String file = recordings.get(utterance);
    return file == null
        ? withoutLine(text, utterance, "wav.scp")
        : new AnnotationLine(new Annotation(text(), text.number(), file, said), null);
  }

  private AnnotationLine part(
      TextFile text,
      String utterance,
      String said,
      Map<String, String> recordings,
      Map<String, Stretch> stretches) {
    Stretch stretch = stretches.get(utterance);
    return stretch == null
        ? withoutLine(text, utterance, "segments")
        : new AnnotationLine(
            new Annotation(
                text(),
                text.number(),
                recordings.get(stretch.recording),
                Optional.of(stretch.segment),
                stretch.stated(),
                said),
            null);
  }

  private AnnotationLine withoutLine(TextFile text, String utterance, String file) {
    return AnnotationLine.leftOut(
        text.number(),
        utterance,
        LeftOutReason.MISSING_AUDIO,
        text.at() + utterance + ": has no line in " + folder.resolve(file));
  }

  private Map<String, String> recordings() throws DataFileException {
    Map<String, String> recordings = new HashMap<>();
    try (TextFile file = TextFile.open(folder.resolve("wav.scp"))) {
      while (file.next()) {
        String line = file.line().strip();
        if (line.isEmpty()) {
          continue;
        }
        String[] fields = BLANK.split(line, 2);
        if (fields.length < 2) {
          throw new DataFileException(
              file.at() + quote(line) + "; a recording and the path of its file are expected");
        }
        if (fields[1].endsWith("|") || fields[1].startsWith("|")) {
          throw new DataFileException(
              file.at()
                  + "the command "
                  + quote(fields[1])
                  + " is not run; write the audio of each recording to a file and name that in"
                  + " wav.scp");
        }
        if (ARCHIVE.matcher(fields[1]).matches()) {
          throw new DataFileException(
              file.at()
                  + quote(fields[1])
                  + " is in a Kaldi archive, which is not read; write the audio of each recording to"
                  + " a file and name that in wav.scp");
        }
        recordings.put(fields[0], fields[1]);
      }
    }
    return recordings;
  }

  private static Map<String, Stretch> stretches(Path segments, Map<String, String> recordings)
      throws DataFileException {
    Map<String, Stretch> stretches = new HashMap<>();
    try (TextFile file = TextFile.open(segments)) {
      while (file.next()) {
        String line = file.line().strip();
        if (!line.isEmpty()) {
          String[] fields = BLANK.split(line, -1);
          stretches.put(fields[0], stretch(file, fields, recordings));
        }
      }
    }
    return stretches;
  }

  private static Stretch stretch(TextFile file, String[] fields, Map<String, String> recordings)
      throws DataFileException {
    String expected = "; an utterance, its recording, begin and end in seconds are expected";
    if (fields.length < 4) {
      throw new DataFileException(file.at() + quote(String.join(" ", fields)) + expected);
    }
    if (fields.length > 4 && !FIRST_CHANNELS.contains(fields[4])) {
      throw new DataFileException(file.at() + "channel " + quote(fields[4]) + channels());
    }
    if (!recordings.containsKey(fields[1])) {
      throw new DataFileException(
          file.at() + "the recording " + quote(fields[1]) + " has no line in wav.scp");
    }
    try {
      double begin = Double.parseDouble(fields[2]);
      double end = Double.parseDouble(fields[3]);
      double duration = end == TO_THE_END ? Double.POSITIVE_INFINITY : end - begin;
      return new Stretch(fields[1], new Segment(begin, duration));
    } catch (IllegalArgumentException e) {
      throw new DataFileException(
          "%sbegin %s, end %s%s".formatted(file.at(), quote(fields[2]), quote(fields[3]), expected),
          e);
    }
  }

  private void requireOneChannel() throws DataFileException {
    Path channels = folder.resolve("reco2file_and_channel");
    if (!Files.exists(channels)) {
      return;
    }
    try (TextFile file = TextFile.open(channels)) {
      while (file.next()) {
        String[] fields = BLANK.split(file.line().strip(), -1);
        if (fields.length > 2 && !FIRST_CHANNELS.contains(fields[2])) {
          throw new DataFileException(file.at() + "channel " + quote(fields[2]) + channels());
        }
      }
    }
  }

  private static String channels() {
    return "; the channels of a recording are mixed, so write each to a file of its own";
  }

  private Path text() {
    return folder.resolve("text");
  }

  private static String quote(String value) {
    return value.length() <= LONGEST_QUOTE ? value : value.substring(0, LONGEST_QUOTE) + "...";
  }

  private record Stretch(String recording, Segment segment) {
    /** Nothing is stated of what goes to the end of its recording. */
    Optional<StatedDuration> stated() {
      return Double.isInfinite(segment.duration())
          ? Optional.empty()
          : Optional.of(new StatedDuration(segment.duration()));
    }
  }
}
