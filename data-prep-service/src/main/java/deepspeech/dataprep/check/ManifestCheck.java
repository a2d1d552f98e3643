package deepspeech.dataprep.check;

import static deepspeech.dataprep.features.FeatureShape.SAMPLE_RATE;

import deepspeech.dataprep.audio.AudioReader;
import deepspeech.dataprep.audio.UnusableAudioException;
import deepspeech.dataprep.audio.Waveform;
import deepspeech.dataprep.dataset.UtteranceScreen;
import deepspeech.dataprep.dataset.UtteranceScreen.Screened;
import deepspeech.dataprep.encoding.UtteranceAudio;
import deepspeech.dataprep.features.GainNormalizer;
import deepspeech.dataprep.manifest.ManifestLine;
import deepspeech.dataprep.manifest.ManifestReader;
import deepspeech.dataprep.manifest.Utterance;
import deepspeech.dataprep.manifest.Vocabulary;
import deepspeech.dataprep.storage.DataStorage;
import deepspeech.dataprep.storage.Location;
import deepspeech.dataprep.tool.SideBySide;
import deepspeech.messages.deadletter.LeftOutReason;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.LeftOut;
import deepspeech.messages.features.Split;
import java.util.Iterator;
import java.util.function.Consumer;

/** Looks at every utterance of a manifest as a run does, and tells what it finds. */
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
   * Checks all lines. Of those before, it remembers in which one a path was named first, in 16 to
   * 48 bytes each, however long the paths are.
   *
   * @param threads decode at the same time
   * @param taker gets the outcome of each line, in their order
   */
  void run(Iterator<ManifestLine> lines, int threads, Consumer<Outcome> taker)
      throws InterruptedException {
    UtteranceScreen screen =
        new UtteranceScreen(storage, manifest, split, specification, vocabulary);
    new SideBySide(threads).forEach(screened(lines, screen), this::listen, taker);
  }

  /** Screening is done on the way, by one thread. */
  private static Iterator<Line> screened(Iterator<ManifestLine> lines, UtteranceScreen screen) {
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
        Screened screened = screen.screen(line.utterance());
        return new Line(screened.problem(), screened, line.utterance().duration());
      }
    };
  }

  private Outcome listen(Line line) {
    int[] unknown = line.screened == null ? new int[0] : line.screened.unknownCharacters();
    if (line.problem != null) {
      return new Outcome(finding(line.problem), line.statedSeconds, 0, unknown);
    }
    Utterance utterance = line.screened.utterance().utterance();
    try {
      Waveform waveform = audio.read(manifest, split, specification, line.screened.utterance());
      GainNormalizer.gain(waveform.samples(), waveform.samples().length);
      Finding finding =
          unknown.length == 0
              ? null
              : finding(
                  utterance, LeftOutReason.UNKNOWN_CHARACTERS, true, UtteranceScreen.told(unknown));
      return new Outcome(finding, line.statedSeconds, waveform.seconds(), unknown);
    } catch (UnusableAudioException e) {
      return new Outcome(
          finding(utterance, e.reason(), false, e.getMessage()), line.statedSeconds, 0, unknown);
    }
  }

  private static Finding finding(
      Utterance utterance, LeftOutReason reason, boolean usable, String detail) {
    return new Finding(utterance.line(), utterance.audioFilepath(), reason, usable, detail);
  }

  private Finding finding(LeftOut problem) {
    String at = ManifestReader.at(manifest.toString(), problem.utterance());
    String detail = problem.detail();
    return new Finding(
        problem.utterance(),
        problem.path(),
        problem.reason(),
        false,
        detail.startsWith(at) ? detail.substring(at.length()) : detail);
  }

  /** A line of the manifest; either has a problem or is screened, or both. */
  private record Line(LeftOut problem, Screened screened, double statedSeconds) {}

  /**
   * What a line is good for.
   *
   * @param finding null if nothing is wrong
   * @param statedSeconds by the manifest; 0 if the line cannot be read
   * @param usableSeconds 0 if training leaves it out
   * @param unknownCharacters of its text, as code points
   */
  record Outcome(
      Finding finding, double statedSeconds, double usableSeconds, int[] unknownCharacters) {}
}
