package deepspeech.speech.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.features.SkippedUtterance;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.speech.audio.WavBytes;
import deepspeech.speech.dataset.Corpus;
import deepspeech.speech.dataset.DataSet;
import deepspeech.speech.dataset.DataSets;
import deepspeech.speech.storage.DatasetRoot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentBatchTest {
  private static final double[] ENDS = {0, 0.5, 1.1, 1.76};

  @TempDir private Path folder;
  private final ExecutorService worker = Executors.newSingleThreadExecutor();
  private Corpus corpus;
  private float[] talk;

  @BeforeEach
  void make() throws Exception {
    corpus = Corpus.in(folder);
    talk = new float[28160];
    Random random = new Random(1);
    for (int i = 0; i < talk.length; i++) {
      talk[i] = (float) (0.3 * Math.sin(1e-6 * i * i) + 0.01 * random.nextGaussian());
    }
    Files.write(folder.resolve("set/talk.wav"), WavBytes.pcm16(talk, 16000));
  }

  @AfterEach
  void end() {
    worker.shutdownNow();
  }

  @Test
  void segmentsOfARecordingGiveTheFeaturesOfFilesThatWereCutOutOfIt() throws Exception {
    // Given
    for (int i = 0; i < 3; i++) {
      corpus.line(line("talk.wav", ", \"offset\": " + ENDS[i], ENDS[i + 1] - ENDS[i], "abc"));
    }
    FeatureBatch segments = batch(Split.TRAIN);
    Corpus cut = Corpus.in(folder);
    for (int i = 0; i < 3; i++) {
      float[] samples =
          Arrays.copyOfRange(
              talk, (int) Math.round(16000 * ENDS[i]), (int) Math.round(16000 * ENDS[i + 1]));
      cut.audio("cut" + i + ".wav", WavBytes.pcm16(samples, 16000), ENDS[i + 1] - ENDS[i], "abc");
    }
    // When
    FeatureBatch files = batch(Split.TRAIN);
    // Then
    assertThat(segments.skipped()).isEmpty();
    assertThat(segments.size()).isEqualTo(3);
    assertThat(segments.features()).isEqualTo(files.features());
    assertThat(segments.utterances()).isEqualTo(files.utterances());
  }

  @Test
  void theWholeFileIsNeverTakenForASegment() throws Exception {
    // Given
    corpus
        .line(line("talk.wav", ", \"offset\": 0.2", 1.56, "ab"))
        .line(line("talk.wav", ", \"offset\": 0.2", 1.56, "ab"))
        .line(line("talk.wav", ", \"offset\": 1.5", 1.56, "b"))
        .line(line("talk.wav", "", 1.76, "abc"));
    // When
    DataSet dataSet = open(Split.TRAIN);
    FeatureBatch batch = batch(Split.TRAIN);
    // Then
    assertThat(dataSet.skipped())
        .singleElement()
        .extracting(SkippedUtterance::detail)
        .asString()
        .endsWith("line 2: talk.wav from 0.2 s on is already on line 1");
    assertThat(batch.utterances()).containsExactly(4, 1);
    assertThat(batch.frames()).containsExactly(175, 155);
    assertThat(batch.skipped())
        .singleElement()
        .extracting(SkippedUtterance::reason)
        .isEqualTo(SkipReason.WRONG_DURATION);
  }

  @Test
  void fieldsThatAreNotKnownAreAWarningOfTheRun() throws Exception {
    // Given
    corpus
        .line(line("talk.wav", ", \"speaker\": 3", 1.76, "abc"))
        .line(line("talk.wav", ", \"offset\": 0.5, \"mix_with\": \"b.wav\"", 1, "abc"));
    // When
    DataSet dataSet = open(Split.TRAIN);
    // Then
    assertThat(dataSet.describe(new RunId("r"), "q", 1).warnings())
        .containsExactly(
            folder.resolve(Corpus.MANIFEST)
                + ": unknown fields are ignored, even if they describe the audio or"
                + " the text: mix_with (1 lines, the first is line 2)");
  }

  private static String line(String path, String fields, double seconds, String text) {
    return "{\"audio_filepath\": \"%s\"%s, \"duration\": %s, \"text\": \"%s\"}"
        .formatted(path, fields, seconds, text);
  }

  private DataSet open(Split split) throws Exception {
    return new DataSets(new DatasetRoot(folder))
        .open(split, corpus.specification(9, "instance_shuffle"));
  }

  private FeatureBatch batch(Split split) throws Exception {
    return new BatchFunction(new DatasetRoot(folder), worker)
        .batch(open(split), new RunId("r"), 1, 0);
  }
}
