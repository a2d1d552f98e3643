package deepspeech.benchmark;

import static deepspeech.speech.features.FeatureShape.BINS;
import static deepspeech.speech.features.FeatureShape.SAMPLE_RATE;

import deepspeech.messages.features.Split;
import deepspeech.speech.DataFileException;
import deepspeech.speech.augmentation.Augmentation;
import deepspeech.speech.augmentation.DrawnFeatures;
import deepspeech.speech.augmentation.UtteranceKey;
import deepspeech.speech.augmentation.WorkingAudio;
import deepspeech.speech.dataset.DataSets;
import deepspeech.speech.features.FeatureShape;
import deepspeech.speech.manifest.DatasetRoot;
import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Measures what one augmentation, applied to every utterance, adds to the batch function. */
@State(Scope.Thread)
public class AugmentationBenchmark extends RealTimeFactor {
  @Param({"noise", "speed", "shift", "volume", "resample", "impulse", "specaug"})
  private String type;

  private final float[] samples = BenchmarkCorpus.samples(BenchmarkCorpus.SECONDS, SAMPLE_RATE, 1);
  private final int frames = FeatureShape.frames(samples.length);
  private final float[] features = new float[frames * BINS];
  private final float[] warped = new float[frames * BINS];
  private final short[] halves = new short[frames * BINS];
  private final WorkingAudio working = new WorkingAudio();
  private BenchmarkCorpus corpus;
  private Augmentation augmentation;
  private int line;

  @Setup
  public void open() throws IOException, DataFileException {
    corpus = BenchmarkCorpus.write(1, SAMPLE_RATE);
    augmentation =
        new DataSets(new DatasetRoot(corpus.root()))
            .open(Split.TRAIN, corpus.specification(1, corpus.augmentation(entry(type))))
            .augmentation();
  }

  @TearDown
  public void delete() throws IOException {
    corpus.close();
  }

  @Benchmark
  public int augmentation(Audio audio) {
    line++;
    UtteranceKey utterance = new UtteranceKey(1, 2, line);
    working.load(samples, samples.length);
    augmentation.perturb(working, utterance, 0);
    for (DrawnFeatures drawn : augmentation.features(utterance, frames)) {
      if (drawn.warps()) {
        drawn.warp(features, warped);
      }
      drawn.mask(halves);
    }
    audio.seconds += BenchmarkCorpus.SECONDS;
    return working.length() + halves[0];
  }

  private static String entry(String type) {
    String params =
        switch (type) {
          case "noise" ->
              "\"min_snr_dB\": 10, \"max_snr_dB\": 50, \"noise_manifest_path\": \"manifest.noise\"";
          case "speed" -> "\"min_speed_rate\": 0.9, \"max_speed_rate\": 1.1";
          case "shift" -> "\"min_shift_ms\": -5, \"max_shift_ms\": 5";
          case "volume" -> "\"min_gain_dBFS\": -15, \"max_gain_dBFS\": 15";
          case "resample" -> "\"new_sample_rate\": 8000";
          case "impulse" -> "\"impulse_manifest_path\": \"manifest.impulse\"";
          case "specaug" ->
              "\"F\": 10, \"T\": 50, \"n_freq_masks\": 2, \"n_time_masks\": 2, \"W\": 80";
          default -> throw new IllegalArgumentException(type);
        };
    return "[{\"type\": \"%s\", \"params\": {%s}, \"prob\": 1.0}]".formatted(type, params);
  }
}
