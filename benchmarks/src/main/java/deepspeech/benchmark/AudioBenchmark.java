package deepspeech.benchmark;

import deepspeech.speech.audio.AudioReader;
import deepspeech.speech.audio.Resampler;
import deepspeech.speech.audio.Waveform;
import deepspeech.speech.audio.failure.UnusableAudioException;
import deepspeech.speech.features.FeatureShape;
import java.io.IOException;
import java.nio.file.Files;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Measures the reading of a file, which the system's cache holds, to samples at 16 kHz, and the
 * resampling alone.
 */
@State(Scope.Thread)
public class AudioBenchmark extends RealTimeFactor {
  @Param({"8000", "16000", "44100"})
  private int sampleRate;

  private final AudioReader reader = new AudioReader(FeatureShape.SAMPLE_RATE, 30);
  private BenchmarkCorpus corpus;
  private Resampler resampler;
  private float[] samples;

  @Setup
  public void write() throws IOException {
    corpus = BenchmarkCorpus.write(1, sampleRate);
    resampler = new Resampler(sampleRate, FeatureShape.SAMPLE_RATE);
    samples = BenchmarkCorpus.samples(BenchmarkCorpus.SECONDS, sampleRate, 1);
  }

  @TearDown
  public void delete() throws IOException {
    corpus.close();
  }

  @Benchmark
  public Waveform wavFile(Audio audio) throws IOException, UnusableAudioException {
    audio.seconds += BenchmarkCorpus.SECONDS;
    return reader.read(Files.readAllBytes(corpus.audio(0)));
  }

  @Benchmark
  public float[] resampler(Audio audio) {
    audio.seconds += BenchmarkCorpus.SECONDS;
    return resampler.resample(samples);
  }
}
