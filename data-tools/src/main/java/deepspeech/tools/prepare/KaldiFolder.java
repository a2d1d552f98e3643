package deepspeech.tools.prepare;

import static deepspeech.tools.prepare.KaldiTable.quote;

import deepspeech.messages.features.SkipReason;
import deepspeech.speech.DataFileException;
import deepspeech.speech.audio.Segment;
import deepspeech.speech.manifest.StatedDuration;
import deepspeech.tools.prepare.KaldiTable.Entry;
import deepspeech.tools.prepare.KaldiTable.UnusableLineException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A Kaldi data folder. {@code text} has an utterance and its transcript on each line. {@code
 * wav.scp} has the file of each recording. The optional {@code segments} has the recording of each
 * utterance, with begin and end in seconds. Without {@code segments}, an utterance is the recording
 * of the same name. {@code wav.scp} and {@code segments} are held in memory. A line that cannot be
 * used causes the utterances that need it to be skipped.
 *
 * <p>Source: <a href="https://kaldi-asr.org/doc/data_prep.html">kaldi-asr.org, "Data
 * preparation"</a>.
 */
final class KaldiFolder implements AnnotationSource {
  private static final Pattern ARCHIVE = Pattern.compile(".+\\.ark:\\d+(\\[.*])?");
  private static final double TO_THE_END = -1;

  /** Kaldi's names for the only channel of a recording. */
  private static final Set<String> FIRST_CHANNELS = Set.of("A", "0", "1");

  private final Path folder;

  KaldiFolder(Path folder) {
    this.folder = folder;
  }

  /** Returns true if a folder is a Kaldi data folder. */
  static boolean isOne(Path folder) {
    return Files.isRegularFile(folder.resolve("wav.scp"));
  }

  @Override
  public long count() throws DataFileException {
    return TextFile.count(text());
  }

  @Override
  public Annotations open() throws DataFileException {
    KaldiTable<String> recordings = recordings();
    Path segments = folder.resolve("segments");
    KaldiTable<Stretch> stretches =
        Files.exists(segments)
            ? KaldiTable.read(segments, (name, rest) -> stretch(name, rest, recordings))
            : null;
    Set<String> withoutText =
        new TreeSet<>(stretches == null ? recordings.names() : stretches.names());
    TextFile text = TextFile.open(text());
    return new TextAnnotations(
        text,
        () -> {
          String[] fields = KaldiTable.fields(text.line(), 2);
          withoutText.remove(fields[0]);
          String said = fields.length < 2 ? "" : fields[1];
          return List.of(
              stretches == null
                  ? whole(text, fields[0], said, recordings)
                  : part(text, fields[0], said, recordings, stretches));
        },
        () -> remarks(recordings, stretches, withoutText));
  }

  private AnnotationLine whole(
      TextFile text, String utterance, String said, KaldiTable<String> recordings) {
    Entry<String> file = recordings.get(utterance);
    return file == null || file.value() == null
        ? skipped(text, utterance, file, recordings.file())
        : AnnotationLine.of(new Annotation(text(), text.number(), file.value(), said));
  }

  private AnnotationLine part(
      TextFile text,
      String utterance,
      String said,
      KaldiTable<String> recordings,
      KaldiTable<Stretch> stretches) {
    Entry<Stretch> entry = stretches.get(utterance);
    if (entry == null || entry.value() == null) {
      return skipped(text, utterance, entry, stretches.file());
    }
    Stretch stretch = entry.value();
    Entry<String> file = recordings.get(stretch.recording);
    return file.value() == null
        ? skipped(text, utterance, file, recordings.file())
        : AnnotationLine.of(
            new Annotation(
                text(),
                text.number(),
                file.value(),
                Optional.of(stretch.segment),
                stretch.stated(),
                said));
  }

  /** Creates the entry of an utterance whose line in a table is missing or cannot be used. */
  private static AnnotationLine skipped(
      TextFile text, String utterance, Entry<?> entry, Path file) {
    return entry == null
        ? AnnotationLine.skipped(
            text.path(),
            text.number(),
            utterance,
            SkipReason.MISSING_AUDIO,
            text.at() + utterance + ": has no line in " + file)
        : AnnotationLine.skipped(
            text.path(), text.number(), utterance, entry.reason(), entry.problem());
  }

  private static List<String> remarks(
      KaldiTable<String> recordings, KaldiTable<Stretch> stretches, Set<String> withoutText) {
    KaldiTable<?> named = stretches == null ? recordings : stretches;
    List<String> remarks = new ArrayList<>(recordings.remarks());
    if (stretches != null) {
      remarks.addAll(stretches.remarks());
    }
    if (!withoutText.isEmpty()) {
      remarks.add(
          "%s: %d utterances have no line in text and are skipped; the first: %s"
              .formatted(named.file(), withoutText.size(), quote(withoutText.iterator().next())));
    }
    return remarks;
  }

  private KaldiTable<String> recordings() throws DataFileException {
    Path file = folder.resolve("reco2file_and_channel");
    KaldiTable<String> channels = Files.exists(file) ? KaldiTable.read(file, this::channel) : null;
    return KaldiTable.read(
        folder.resolve("wav.scp"),
        (name, rest) -> {
          Entry<String> channel = channels == null ? null : channels.get(name);
          if (channel != null && channel.value() == null) {
            throw new UnusableLineException(channel.reason(), channel.problem());
          }
          return path(name, rest);
        });
  }

  private static String path(String name, String path) throws UnusableLineException {
    if (path.isEmpty()) {
      throw malformed(quote(name) + "; a recording and the path of its file are expected");
    }
    if (path.endsWith("|") || path.startsWith("|")) {
      throw new UnusableLineException(
          SkipReason.MISSING_AUDIO,
          "the command "
              + quote(path)
              + " is not run; write the audio of each recording to a file and name that in"
              + " wav.scp");
    }
    if (ARCHIVE.matcher(path).matches()) {
      throw new UnusableLineException(
          SkipReason.MISSING_AUDIO,
          quote(path)
              + " is in a Kaldi archive, which is not supported; write the audio of each recording to"
              + " a file and name that in wav.scp");
    }
    return path;
  }

  private static Stretch stretch(String utterance, String rest, KaldiTable<String> recordings)
      throws UnusableLineException {
    String expected = "; an utterance, its recording, begin and end in seconds are expected";
    String[] fields = KaldiTable.fields(rest, 0);
    if (fields.length < 3) {
      throw malformed(quote((utterance + " " + String.join(" ", fields)).strip()) + expected);
    }
    if (fields.length > 3) {
      requireFirst(fields[3]);
    }
    if (recordings.get(fields[0]) == null) {
      throw new UnusableLineException(
          SkipReason.MISSING_AUDIO,
          "the recording " + quote(fields[0]) + " has no line in wav.scp");
    }
    try {
      double begin = Double.parseDouble(fields[1]);
      double end = Double.parseDouble(fields[2]);
      double duration = end == TO_THE_END ? Double.POSITIVE_INFINITY : end - begin;
      return new Stretch(fields[0], new Segment(begin, duration));
    } catch (IllegalArgumentException e) {
      throw malformed("begin %s, end %s%s".formatted(quote(fields[1]), quote(fields[2]), expected));
    }
  }

  private String channel(String recording, String rest) throws UnusableLineException {
    String[] fields = KaldiTable.fields(rest, 0);
    if (fields.length > 1) {
      requireFirst(fields[1]);
    }
    return recording;
  }

  private static void requireFirst(String channel) throws UnusableLineException {
    if (!FIRST_CHANNELS.contains(channel)) {
      throw malformed(
          "channel "
              + quote(channel)
              + "; the channels of a recording are mixed, so write each to a file of its own");
    }
  }

  private static UnusableLineException malformed(String message) {
    return new UnusableLineException(SkipReason.MALFORMED_LINE, message);
  }

  private Path text() {
    return folder.resolve("text");
  }

  private record Stretch(String recording, Segment segment) {
    /** Returns no stated duration for a segment that extends to the end of its recording. */
    Optional<StatedDuration> stated() {
      return Double.isInfinite(segment.duration())
          ? Optional.empty()
          : Optional.of(new StatedDuration(segment.duration()));
    }
  }
}
