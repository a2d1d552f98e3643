package deepspeech.tools.check;

import static deepspeech.speech.features.FeatureShape.SAMPLE_RATE;

import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.features.SkippedUtterance;
import deepspeech.messages.identity.Split;
import deepspeech.speech.audio.AudioReader;
import deepspeech.speech.audio.Waveform;
import deepspeech.speech.audio.failure.UnusableAudioException;
import deepspeech.speech.dataset.UtteranceFilter;
import deepspeech.speech.dataset.UtteranceFilter.FilterResult;
import deepspeech.speech.encoding.UtteranceAudio;
import deepspeech.speech.features.GainNormalizer;
import deepspeech.speech.manifest.ManifestLine;
import deepspeech.speech.manifest.ManifestReader;
import deepspeech.speech.manifest.Utterance;
import deepspeech.speech.manifest.Vocabulary;
import deepspeech.speech.storage.DataStorage;
import deepspeech.speech.storage.Location;
import deepspeech.tools.common.ParallelMap;
import java.util.Iterator;
import java.util.function.Consumer;

/** Checks every utterance of a manifest as a run does, and reports what it finds. */
final class ManifestCheck {
  private final Location manifest;
  private final Split split;
  private final DataSpecification specification;
  private final Vocabulary vocabulary;
  private final DataStorage storage;
  private final UtteranceAudio audio;

  ManifestCheck(
      DataStorage storage,
      Location manifest,
      Split split,
      DataSpecification specification,
      Vocabulary vocabulary) {
    this.storage = storage;
    this.manifest = manifest;
    this.split = split;
    this.specification = specification;
    this.vocabulary = vocabulary;
    this.audio =
        new UtteranceAudio(
            storage,
            new AudioReader(SAMPLE_RATE, DataSpecification.LONGEST_TEST_UTTERANCE_SECONDS));
  }

  /**
   * Checks all lines. To detect duplicates, it remembers for each path the line that names it
   * first. This takes 16 to 48 bytes per line, however long the paths are.
   *
   * @param threads number of lines to decode concurrently
   * @param consumer receives the outcome of each line, in order
   */
  void run(Iterator<ManifestLine> lines, int threads, Consumer<Outcome> consumer)
      throws InterruptedException {
    UtteranceFilter filter =
        new UtteranceFilter(storage, manifest, split, specification, vocabulary);
    new ParallelMap(threads).forEach(filtered(lines, filter), this::check, consumer);
  }

  /** Filters the lines while they are read, on one thread. */
  private static Iterator<Line> filtered(Iterator<ManifestLine> lines, UtteranceFilter filter) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return lines.hasNext();
      }

      @Override
      public Line next() {
        ManifestLine line = lines.next();
        if (line.problem() != null) {
          return new Line(line.problem(), null, 0);
        }
        FilterResult result = filter.apply(line.utterance());
        return new Line(result.problem(), result, line.utterance().duration());
      }
    };
  }

  private Outcome check(Line line) {
    int[] unknown = line.result == null ? new int[0] : line.result.unknownCharacters();
    if (line.problem != null) {
      return new Outcome(finding(line.problem), line.statedSeconds, 0, unknown);
    }
    Utterance utterance = line.result.utterance().utterance();
    try {
      Waveform waveform = audio.read(manifest, split, specification, line.result.utterance());
      GainNormalizer.gain(waveform.samples(), waveform.samples().length);
      Finding finding =
          unknown.length == 0
              ? null
              : finding(
                  utterance,
                  SkipReason.UNKNOWN_CHARACTERS,
                  true,
                  UtteranceFilter.describe(unknown));
      return new Outcome(finding, line.statedSeconds, waveform.seconds(), unknown);
    } catch (UnusableAudioException e) {
      return new Outcome(
          finding(utterance, e.reason(), false, e.getMessage()), line.statedSeconds, 0, unknown);
    }
  }

  private static Finding finding(
      Utterance utterance, SkipReason reason, boolean usable, String detail) {
    return new Finding(utterance.line(), utterance.audioFilepath(), reason, usable, detail);
  }

  private Finding finding(SkippedUtterance problem) {
    String at = ManifestReader.at(manifest.toString(), problem.utterance());
    String detail = problem.detail();
    return new Finding(
        problem.utterance(),
        problem.path(),
        problem.reason(),
        false,
        detail.startsWith(at) ? detail.substring(at.length()) : detail);
  }

  /** A line of the manifest. It has a problem, or a filter result, or both. */
  private record Line(SkippedUtterance problem, FilterResult result, double statedSeconds) {}

  /**
   * The outcome of a line.
   *
   * @param finding null if nothing is wrong
   * @param statedSeconds the duration in the manifest; 0 if the line cannot be read
   * @param usableSeconds the usable duration; 0 if training skips the utterance
   * @param unknownCharacters the unknown characters of the text, as code points
   */
  record Outcome(
      Finding finding, double statedSeconds, double usableSeconds, int[] unknownCharacters) {}
}
