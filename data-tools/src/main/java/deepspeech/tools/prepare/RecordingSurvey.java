package deepspeech.tools.prepare;

import deepspeech.messages.features.SkipReason;
import deepspeech.messages.features.SkippedUtterance;
import deepspeech.messages.features.TextNormalisation;
import deepspeech.speech.audio.AudioReader;
import deepspeech.speech.audio.Waveform;
import deepspeech.speech.audio.failure.UnusableAudioException;
import deepspeech.speech.dataset.PathLines;
import deepspeech.speech.features.FeatureShape;
import deepspeech.speech.features.GainNormalizer;
import deepspeech.speech.manifest.Utterance;
import deepspeech.speech.storage.DataStorage;
import deepspeech.speech.storage.Location;
import deepspeech.speech.storage.Location.LocalFile;
import deepspeech.speech.storage.Location.ShardEntry;
import deepspeech.speech.text.NormalisedText;
import deepspeech.tools.common.ParallelMap;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Creates manifest lines from annotations: finds, decodes and measures the audio, and normalises
 * the text. Utterances that training could not use are skipped, with a reason.
 */
final class RecordingSurvey {
  private static final double PRECISION = 1e6;

  private final DataStorage storage;
  private final Path rootFolder;
  private final Path manifestFolder;
  private final AudioReader audio;
  private final TextNormalisation rule;
  private final ParallelMap sideBySide;

  /**
   * The annotation that names each audio file first. The line numbers of a list continue after
   * those of the previous list.
   */
  private final PathLines named = new PathLines();

  /** The lists, by the number that precedes their first line. */
  private final NavigableMap<Long, Path> lists = new TreeMap<>();

  private Path list;
  private long before;
  private long last;

  /**
   * Creates a survey.
   *
   * @param manifestFolder the folder of the manifest to create
   * @param rule the normalisation of texts; null if there are no texts, as for noise
   */
  RecordingSurvey(
      DataStorage storage,
      Path rootFolder,
      Path manifestFolder,
      AudioReader audio,
      TextNormalisation rule,
      ParallelMap sideBySide) {
    this.storage = storage;
    this.rootFolder = rootFolder;
    this.manifestFolder = manifestFolder;
    this.audio = audio;
    this.rule = rule;
    this.sideBySide = sideBySide;
  }

  /**
   * Surveys recordings, in their order.
   *
   * @param utterances receives the lines of the manifest, without line numbers
   * @param problems receives the skipped utterances
   * @param done called after each recording
   * @return which lists could be used
   */
  ListUsage survey(
      Iterator<AnnotationLine> lines,
      Consumer<Utterance> utterances,
      Consumer<SkippedUtterance> problems,
      Runnable done)
      throws InterruptedException {
    ListUsage usage = new ListUsage();
    sideBySide.forEach(
        lines,
        line -> new Measured(line.list(), measure(line)),
        measured -> {
          Outcome outcome =
              measured.outcome instanceof Usable first ? single(first) : measured.outcome;
          usage.add(measured.list, outcome instanceof Usable);
          if (outcome instanceof Usable usable) {
            utterances.accept(usable.utterance);
          } else if (outcome instanceof Skipped line) {
            problems.accept(line.problem);
          }
          done.run();
        });
    return usage;
  }

  private Outcome measure(AnnotationLine line) {
    return line.problem() == null ? measure(line.annotation()) : new Skipped(line.problem());
  }

  private Outcome measure(Annotation annotation) {
    String text = rule == null ? "" : NormalisedText.of(annotation.text(), rule);
    try {
      if (rule != null && text.isBlank()) {
        throw new UnusableAudioException(
            SkipReason.EMPTY_TEXT,
            annotation.text().isBlank()
                ? "the text is empty"
                : "the text is empty after text_normalisation " + rule);
      }
      Location list = new LocalFile(annotation.source().toAbsolutePath().normalize());
      Location file =
          storage
              .audioPaths()
              .find(list, annotation.audio())
              .orElseThrow(
                  () ->
                      new UnusableAudioException(
                          SkipReason.OUTSIDE_ROOT,
                          "the path leads outside the dataset root " + rootFolder));
      Waveform waveform = audio.read(storage.recording(file), annotation.segment());
      int length = waveform.samples().length;
      if (FeatureShape.frames(length) == 0) {
        throw new UnusableAudioException(
            SkipReason.TOO_SHORT, "the audio is shorter than a window of 0.02 s");
      }
      if (annotation.stated().isPresent()) {
        // The manifest states the actual duration, so that a later check could not detect a
        // truncated recording.
        annotation.stated().get().requireOf(waveform, "annotation");
      }
      GainNormalizer.gain(waveform.samples(), length);
      double seconds = Math.round(waveform.seconds() * PRECISION) / PRECISION;
      return new Usable(
          annotation,
          file,
          new Utterance(
              0,
              path(file),
              annotation
                  .segment()
                  .map(s -> OptionalDouble.of(s.offset()))
                  .orElse(OptionalDouble.empty()),
              seconds,
              text));
    } catch (UnusableAudioException e) {
      return new Skipped(skipped(annotation, e.reason(), e.getMessage()));
    }
  }

  /** Skips audio that an earlier annotation names. A folder contains no file twice. */
  private Outcome single(Usable usable) {
    Annotation annotation = usable.annotation;
    if (annotation.line() == 0) {
      return usable;
    }
    if (!annotation.source().equals(list)) {
      list = annotation.source();
      before = last;
      lists.put(before, list);
    }
    long number = before + annotation.line();
    last = Math.max(last, number);
    OptionalLong earlier = named.add(usable.utterance.identity(usable.file.toString()), number);
    if (earlier.isEmpty()) {
      return usable;
    }
    Map.Entry<Long, Path> from = lists.lowerEntry(earlier.getAsLong());
    return new Skipped(
        skipped(
            annotation,
            SkipReason.DUPLICATE_PATH,
            "is already on line %d of %s"
                .formatted(earlier.getAsLong() - from.getKey(), from.getValue())));
  }

  private static SkippedUtterance skipped(Annotation annotation, SkipReason reason, String detail) {
    return new SkippedUtterance(
        annotation.line(),
        annotation.audio(),
        reason,
        annotation.at() + annotation.audio() + ": " + detail);
  }

  /**
   * Returns the path relative to the folders in which data-prep searches first: the manifest's
   * folder, then the root.
   */
  private String path(Location location) {
    if (location instanceof ShardEntry entry) {
      return path(entry.shard()) + "#" + entry.name();
    }
    if (!(location instanceof LocalFile local)) {
      return location.toString();
    }
    Path file = local.path();
    for (Path folder : List.of(manifestFolder, rootFolder)) {
      if (file.startsWith(folder)) {
        return folder.relativize(file).toString();
      }
    }
    return file.toString();
  }

  /** The outcome of a line of a list. */
  private record Measured(Path list, Outcome outcome) {}

  /** A line of the manifest, or the reason why the recording gives no line. */
  private sealed interface Outcome {}

  private record Usable(Annotation annotation, Location file, Utterance utterance)
      implements Outcome {}

  private record Skipped(SkippedUtterance problem) implements Outcome {}
}
