package deepspeech.cli.reproduction;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.build.CodeVersion;
import deepspeech.messages.checkpoint.Provenance;
import deepspeech.messages.configuration.TrainingConfiguration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProvenanceChangeTest {
  private static final TrainingConfiguration CONFIGURATION =
      TrainingConfiguration.of(
          Map.of(
              "train_manifest", "mine/manifest.train",
              "vocab_path", "mine/vocab.txt",
              "mean_std_path", "mine/mean_std.npz",
              "augment_conf_path", "mine/augmentation.json"));
  private static final Map<String, String> TRAIN =
      Map.of("manifest", "m1", "vocabulary", "v1", "mean_std", "s1", "augmentation", "a1");
  private static final Map<String, String> TEST =
      Map.of("manifest", "t1", "vocabulary", "v1", "mean_std", "s1");
  private static final Provenance BEFORE = of(TRAIN, TEST, "c1");

  @Test
  void nothingThatChangedIsNothingToTell() {
    assertThat(ProvenanceChange.ofWeights(BEFORE, BEFORE, CONFIGURATION)).isEmpty();
    assertThat(ProvenanceChange.besides(BEFORE, BEFORE)).isEmpty();
  }

  @Test
  void eachFileThatChangedIsNamedByArgumentAndPathWithBothHashes() {
    // Given
    Provenance now =
        of(
            Map.of("manifest", "m2", "vocabulary", "v2", "mean_std", "s2", "augmentation", "a2"),
            Map.of("manifest", "t1", "vocabulary", "v2", "mean_std", "s2"),
            "c1");

    // Then
    assertThat(ProvenanceChange.ofWeights(BEFORE, now, CONFIGURATION))
        .extracting(ProvenanceChange::toString)
        .containsExactly(
            "augment_conf_path mine/augmentation.json (was a1, is a2)",
            "train_manifest mine/manifest.train (was m1, is m2)",
            "mean_std_path mine/mean_std.npz (was s1, is s2)",
            "vocab_path mine/vocab.txt (was v1, is v2)");
    assertThat(ProvenanceChange.besides(BEFORE, now)).isEmpty();
  }

  @Test
  void aFileThatCameOrWentIsAChange() {
    // Given
    Provenance now =
        of(
            Map.of("manifest", "m1", "vocabulary", "v1", "mean_std", "s1", "noise.txt", "n1"),
            TEST,
            "c1");

    // Then
    assertThat(ProvenanceChange.ofWeights(BEFORE, now, CONFIGURATION))
        .extracting(ProvenanceChange::toString)
        .containsExactly(
            "augment_conf_path mine/augmentation.json (was a1, is missing)",
            "noise.txt (was missing, is n1)");
  }

  @Test
  void theCodeAndTheTestManifestAreReportedToo() {
    // Given
    Provenance now = of(TRAIN, Map.of("manifest", "t2"), "c2");

    // Then
    assertThat(ProvenanceChange.ofWeights(BEFORE, now, CONFIGURATION)).isEmpty();
    assertThat(ProvenanceChange.besides(BEFORE, now))
        .extracting(ProvenanceChange::toString)
        .containsExactly(
            "test manifest (was t1, is t2)",
            "code version (was 0.1.0 (commit c1), is 0.1.0 (commit c2))");
  }

  @Test
  void aRunThatIsNotTestedAnyMoreHasNoOtherTestManifest() {
    assertThat(ProvenanceChange.besides(BEFORE, of(TRAIN, Map.of(), "c1"))).isEmpty();
  }

  private static Provenance of(Map<String, String> train, Map<String, String> test, String commit) {
    return Provenance.of(CONFIGURATION, train, test, new CodeVersion("0.1.0", commit, false));
  }
}
