package deepspeech.tools.prepare;

import static deepspeech.speech.features.FeatureShape.BINS;
import static deepspeech.speech.features.FeatureShape.SAMPLE_RATE;

import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.features.SkippedUtterance;
import deepspeech.speech.audio.AudioReader;
import deepspeech.speech.audio.Waveform;
import deepspeech.speech.audio.failure.UnusableAudioException;
import deepspeech.speech.features.FeatureShape;
import deepspeech.speech.features.GainNormalizer;
import deepspeech.speech.features.LinearSpectrogram;
import deepspeech.speech.manifest.ManifestReader;
import deepspeech.speech.manifest.Utterance;
import deepspeech.speech.storage.DataStorage;
import deepspeech.speech.storage.Location;
import deepspeech.tools.common.ParallelMap;
import java.util.Iterator;
import java.util.function.Consumer;

/**
 * Computes the statistics of the features of utterances. Several utterances are decoded
 * concurrently, a bounded number ahead. They are added in the order of the manifest, so that the
 * result is always the same.
 */
final class StatisticsCollector {
  private final DataStorage storage;
  private final Location manifest;
  private final int threads;
  private final AudioReader audio =
      new AudioReader(SAMPLE_RATE, DataSpecification.LONGEST_TEST_UTTERANCE_SECONDS);
  private final BinStatistics statistics = new BinStatistics();

  /**
   * Creates a collector.
   *
   * @param threads number of utterances to decode concurrently, from 1
   */
  StatisticsCollector(DataStorage storage, Location manifest, int threads) {
    this.storage = storage;
    this.manifest = manifest;
    this.threads = threads;
  }

  /**
   * Adds utterances.
   *
   * @param problems receives the utterances that cannot be used
   * @param done called after each utterance
   */
  void collect(Iterator<Utterance> utterances, Consumer<SkippedUtterance> problems, Runnable done)
      throws InterruptedException {
    new ParallelMap(threads)
        .forEach(
            utterances,
            this::measure,
            outcome -> {
              if (outcome.problem == null) {
                statistics.add(outcome.statistics);
              } else {
                problems.accept(skipped(outcome.utterance, outcome.problem));
              }
              done.run();
            });
  }

  /** Returns the statistics of all utterances that could be used. */
  BinStatistics statistics() {
    return statistics;
  }

  private SkippedUtterance skipped(Utterance utterance, UnusableAudioException problem) {
    return new SkippedUtterance(
        utterance.line(),
        utterance.audioFilepath(),
        problem.reason(),
        "%s%s: %s"
            .formatted(
                ManifestReader.at(manifest.toString(), utterance.line()),
                utterance.audioFilepath(),
                problem.getMessage()));
  }

  private Outcome measure(Utterance utterance) {
    try {
      Location file =
          storage
              .audioPaths()
              .find(manifest, utterance.audioFilepath())
              .orElseThrow(UnusableAudioException::outsideRoot);
      Waveform waveform = audio.read(storage.recording(file), utterance.segment());
      int length = waveform.samples().length;
      int frames = FeatureShape.frames(length);
      if (frames == 0) {
        throw new UnusableAudioException(
            SkipReason.TOO_SHORT, "the audio is shorter than a window of 0.02 s");
      }
      utterance.stated().requireOf(waveform, "manifest");
      double gain = GainNormalizer.gain(waveform.samples(), length);
      float[] features = new float[frames * BINS];
      new LinearSpectrogram().compute(waveform.samples(), length, gain, features);
      return new Outcome(utterance, BinStatistics.of(features, frames), null);
    } catch (UnusableAudioException e) {
      return new Outcome(utterance, null, e);
    }
  }

  /** Statistics, or the reason why they cannot be computed. */
  private record Outcome(
      Utterance utterance, BinStatistics statistics, UnusableAudioException problem) {}
}
