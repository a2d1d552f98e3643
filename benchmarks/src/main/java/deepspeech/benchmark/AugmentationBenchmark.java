package deepspeech.benchmark;

import static deepspeech.speech.features.FeatureShape.BINS;
import static deepspeech.speech.features.FeatureShape.SAMPLE_RATE;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import deepspeech.messages.Json;
import deepspeech.messages.identity.Split;
import deepspeech.speech.DataFileException;
import deepspeech.speech.augmentation.Augmentation;
import deepspeech.speech.augmentation.DrawnFeatures;
import deepspeech.speech.augmentation.PerturbationType;
import deepspeech.speech.augmentation.UtteranceKey;
import deepspeech.speech.augmentation.WorkingAudio;
import deepspeech.speech.dataset.DataSets;
import deepspeech.speech.features.FeatureShape;
import deepspeech.speech.storage.DatasetRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Measures what one augmentation, applied to every utterance, adds to the batch function. */
@State(Scope.Thread)
public class AugmentationBenchmark extends RealTimeFactor {
  /** Relative to the repository root, where {@code benchmarks/run} starts. */
  private static final Path EXAMPLE = Path.of("speech-data/conf/augmentation.json");

  /** Without values, JMH measures every constant. */
  @Param private PerturbationType type;

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
            .open(Split.TRAIN, corpus.specification(1, corpus.augmentation(entry())))
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

  /**
   * An augmentation file with the type's entry of the example file, applied to every utterance with
   * its full strength.
   */
  private String entry() throws IOException {
    for (JsonNode entry : Json.readTree(Files.readAllBytes(EXAMPLE))) {
      if (entry.path("type").asText().equals(type.toString())) {
        ObjectNode always = entry.deepCopy();
        always.put("prob", 1).remove("ramp");
        return "[%s]".formatted(always).replace("dataset/manifest.", "manifest.");
      }
    }
    throw new IllegalStateException("%s has no entry of the type %s".formatted(EXAMPLE, type));
  }
}
