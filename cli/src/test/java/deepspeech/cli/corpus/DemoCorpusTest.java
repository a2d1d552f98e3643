package deepspeech.cli.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.identity.Split;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCorpusTest {
  private static final CorpusPlan FULL_SIZE = new CorpusPlan(1000, 100, 20);

  @TempDir private Path temporary;

  @Test
  void theSameSeedGivesTheSameBytes() throws IOException {
    // Given
    CorpusPlan plan = new CorpusPlan(9, 3, 7);

    // When
    new DemoCorpus(temporary.resolve("one"), plan).make(done -> {});
    new DemoCorpus(temporary.resolve("other"), plan).make(done -> {});

    // Then
    Map<String, String> one = contents(temporary.resolve("one"));
    assertThat(one).hasSize(9 + 3 + 3).isEqualTo(contents(temporary.resolve("other")));
  }

  @Test
  void anotherSeedGivesOtherSentences() {
    // Given
    CorpusPlan plan = new CorpusPlan(20, 5, 1);

    // When
    CorpusPlan other = new CorpusPlan(20, 5, 2);

    // Then
    assertThat(texts(other, Split.TRAIN)).isNotEqualTo(texts(plan, Split.TRAIN));
  }

  @Test
  void noTestSentenceIsTrainedOn() {
    // Given
    Set<String> trained = Set.copyOf(texts(FULL_SIZE, Split.TRAIN));

    // When
    List<String> tested = texts(FULL_SIZE, Split.TEST);

    // Then
    assertThat(trained).hasSize(1000);
    assertThat(tested).hasSize(100).doesNotHaveDuplicates().doesNotContainAnyElementsOf(trained);
  }

  @Test
  void theTestSpeakerIsHeardNowhereInTraining() {
    // Given
    List<CorpusUtterance> all = FULL_SIZE.utterances();

    // When
    Map<Split, Set<PseudoSpeaker>> speakers =
        all.stream()
            .collect(
                Collectors.groupingBy(
                    CorpusUtterance::split,
                    Collectors.mapping(CorpusUtterance::speaker, Collectors.toSet())));

    // Then
    assertThat(speakers.get(Split.TRAIN)).hasSize(8);
    assertThat(speakers.get(Split.TEST)).hasSize(1);
    PseudoSpeaker heldOut = speakers.get(Split.TEST).iterator().next();
    assertThat(speakers.get(Split.TRAIN))
        .allSatisfy(
            trained -> {
              assertThat(trained.name()).isNotEqualTo(heldOut.name());
              assertThat(trained.pitchHz()).isNotEqualTo(heldOut.pitchHz());
              assertThat(Math.abs(trained.formantScale() - heldOut.formantScale()))
                  .isGreaterThanOrEqualTo(0.02);
            });
  }

  @Test
  void anUtteranceIsMono16BitAt16kHzAndAsLongAsItsManifestLineSays() throws Exception {
    // Given
    DemoCorpus corpus = new DemoCorpus(temporary.resolve("corpus"), new CorpusPlan(1, 1, 7));

    // When
    corpus.make(done -> {});

    // Then
    String line = Files.readString(corpus.manifest(Split.TEST)).strip();
    AudioFileFormat wav =
        AudioSystem.getAudioFileFormat(
            temporary.resolve("corpus/wav/test/rowan-0001.wav").toFile());
    assertThat(wav.getFormat().getSampleRate()).isEqualTo(16_000f);
    assertThat(wav.getFormat().getChannels()).isEqualTo(1);
    assertThat(wav.getFormat().getSampleSizeInBits()).isEqualTo(16);
    assertThat(wav.getFrameLength()).isBetween(16_000, 5 * 16_000);
    assertThat(line)
        .contains("\"audio_filepath\":\"wav/test/rowan-0001.wav\"")
        .contains("\"duration\":" + wav.getFrameLength() / 16_000.0);
  }

  @Test
  void aCorpusIsMadeOnlyWhenItIsWholeAndOfTheSamePlan() throws IOException {
    // Given
    Path folder = temporary.resolve("corpus");
    DemoCorpus corpus = new DemoCorpus(folder, new CorpusPlan(2, 1, 7));
    assertThat(corpus.isMade()).isFalse();

    // When
    corpus.make(done -> {});

    // Then
    assertThat(corpus.isMade()).isTrue();
    assertThat(new DemoCorpus(folder, new CorpusPlan(3, 1, 7)).isMade()).isFalse();
    Files.delete(folder.resolve("corpus.json"));
    assertThat(corpus.isMade()).isFalse();
  }

  @Test
  void speakersDifferInTheWaveformOfTheSameWords() {
    // Given
    try (SpeechSynthesizer synthesizer = new SpeechSynthesizer()) {
      PseudoSpeaker low = CorpusPlan.TRAIN_SPEAKERS.get(0);
      PseudoSpeaker high = CorpusPlan.TRAIN_SPEAKERS.get(7);

      // When
      float[] first = synthesizer.speak("open the red door", low);
      float[] second = synthesizer.speak("open the red door", high);
      float[] again = synthesizer.speak("open the red door", low);

      // Then
      assertThat(again).isEqualTo(first);
      assertThat(zeroCrossings(second)).isGreaterThan(zeroCrossings(first) * 1.1);
    }
  }

  private static double zeroCrossings(float[] samples) {
    int crossings = 0;
    for (int i = 1; i < samples.length; i++) {
      if (samples[i] * samples[i - 1] < 0) {
        crossings++;
      }
    }
    return crossings / (double) samples.length;
  }

  private static List<String> texts(CorpusPlan plan, Split split) {
    return plan.utterances().stream()
        .filter(utterance -> utterance.split() == split)
        .map(CorpusUtterance::text)
        .toList();
  }

  private static Map<String, String> contents(Path folder) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> inside = Files.walk(folder)) {
      for (Path file :
          inside.filter(Files::isRegularFile).sorted(Comparator.naturalOrder()).toList()) {
        contents.put(
            folder.relativize(file).toString(),
            new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
    }
    return contents;
  }
}
