package deepspeech.benchmark;

import deepspeech.speech.audio.failure.UnusableAudioException;
import deepspeech.speech.features.FeatureShape;
import deepspeech.speech.features.GainNormalizer;
import deepspeech.speech.features.LinearSpectrogram;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Measures the computation of the log spectrogram from samples, including the gain. */
@State(Scope.Thread)
public class SpectrogramBenchmark extends RealTimeFactor {
  private final float[] samples =
      BenchmarkCorpus.samples(BenchmarkCorpus.SECONDS, FeatureShape.SAMPLE_RATE, 1);
  private final float[] features =
      new float[FeatureShape.frames(samples.length) * FeatureShape.BINS];
  private final LinearSpectrogram spectrogram = new LinearSpectrogram();

  @Benchmark
  public float[] spectrogram(Audio audio) throws UnusableAudioException {
    double gain = GainNormalizer.gain(samples, samples.length);
    spectrogram.compute(samples, samples.length, gain, features);
    audio.seconds += BenchmarkCorpus.SECONDS;
    return features;
  }
}
