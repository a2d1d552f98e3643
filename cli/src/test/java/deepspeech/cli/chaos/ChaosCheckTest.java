package deepspeech.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.identity.RunId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChaosCheckTest {
  @Test
  void theChecksOfSeveralRunsAreJoinedAndTheFindingsNameTheirRun() {
    // Given
    Map<RunId, List<ChaosCheck>> ofRuns = new LinkedHashMap<>();
    ofRuns.put(new RunId("a"), List.of(check("weights"), check("points")));
    ofRuns.put(new RunId("b"), List.of(check("weights"), check("points", "one is missing")));
    // When
    List<ChaosCheck> joined = ChaosCheck.ofEach(ofRuns);
    // Then
    assertThat(joined)
        .containsExactly(
            check("in each of 2 runs: weights"),
            check("in each of 2 runs: points", "b: one is missing"));
  }

  @Test
  void theChecksOfOneRunStayAsTheyAre() {
    // Given
    List<ChaosCheck> checks = List.of(check("weights"), check("points", "one is missing"));
    // When
    List<ChaosCheck> joined = ChaosCheck.ofEach(Map.of(new RunId("a"), checks));
    // Then
    assertThat(joined).isEqualTo(checks);
  }

  private static ChaosCheck check(String what, String... findings) {
    return new ChaosCheck(what, List.of(findings));
  }
}
