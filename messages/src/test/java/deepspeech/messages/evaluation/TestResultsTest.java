package deepspeech.messages.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.Json;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TestResultsTest {
  private static final RunId RUN = new RunId("run");
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final TestResults results = new TestResults();

  @Test
  void theBestIsTheFirstOfTheLeast() {
    // When
    results.add(result(1, 0.5, 10));
    results.add(result(3, 0.25, 30));
    boolean first = results.add(result(2, 0.25, 20));
    boolean again = results.add(result(2, 0.25, 21));

    // Then
    assertThat(first).isTrue();
    assertThat(again).isFalse();
    assertThat(results.best().orElseThrow().epoch()).isEqualTo(2);
    assertThat(results.all()).extracting(Evaluation::epoch).containsExactly(1, 2, 3);
  }

  @Test
  void aRunThatGoesBackHasNoResultOfTheLaterCheckpointsUntilTheyAreReplaced() {
    // Given
    results.add(result(1, 0.5, 10));
    results.add(result(2, 0.2, 20));
    results.add(result(3, 0.1, 30));

    // When
    results.add(resumed(2, 40));

    // Then
    assertThat(results.all()).extracting(Evaluation::epoch).containsExactly(1, 2);
    assertThat(results.best().orElseThrow().epoch()).isEqualTo(2);

    // When
    boolean late = results.add(result(3, 0.1, 40));
    boolean changed = results.add(result(3, 0.3, 50));

    // Then
    assertThat(late).isFalse();
    assertThat(changed).isTrue();
    assertThat(results.of(CheckpointId.endOfEpoch(3)).orElseThrow().cer()).isEqualTo(0.3);
  }

  @Test
  void theOrderInWhichPointsAndResultsComeMakesNoDifference() {
    // When
    results.add(result(3, 0.3, 50));
    results.add(resumed(2, 40));
    results.add(result(3, 0.1, 30));
    results.add(new MetricPoint(RUN, MetricName.TEST_CER, 0.1, 0, 1, 1, START.plusSeconds(100)));

    // Then
    assertThat(results.all()).extracting(Evaluation::cer).containsExactly(0.3);
  }

  @Test
  void theClockOfTheEvaluatorMakesNoDifference() {
    // Given
    Instant hourBehind = START.minusSeconds(3600);

    // When
    results.add(resumed(2, 40));
    boolean old = results.add(result(3, 0.1, START.plusSeconds(30), START.plusSeconds(3600)));
    boolean changed = results.add(result(3, 0.3, START.plusSeconds(50), hourBehind));

    // Then
    assertThat(old).isFalse();
    assertThat(changed).isTrue();
  }

  @Test
  void aResultOfAnEarlierBuildIsKnownByTheTimeAtWhichItsTestBegan() throws Exception {
    // Given
    String json =
        new String(Json.write(result(3, 0.1, 47)), StandardCharsets.UTF_8)
            .replaceAll("\"announced\":\"[^\"]*\",", "");

    // When
    Evaluation old = Json.read(json, Evaluation.class);

    // Then
    assertThat(json).doesNotContain("announced");
    assertThat(old.announced()).isEqualTo(START.plusSeconds(42));
  }

  private static MetricPoint resumed(int epoch, int second) {
    return new MetricPoint(
        RUN, MetricName.RESUMED, 10L * epoch, 10L * epoch, epoch, 0, START.plusSeconds(second));
  }

  private static Evaluation result(int epoch, double cer, int second) {
    return result(epoch, cer, null, START.plusSeconds(second));
  }

  /** Of an epoch of ten steps; the test takes five seconds. */
  private static Evaluation result(int epoch, double cer, Instant announced, Instant time) {
    return new Evaluation(
        new TestedCheckpoint(RUN, CheckpointId.endOfEpoch(epoch), epoch, 0, 10L * epoch),
        new TestErrors(cer, null, 1, 0, 4, 1, 0, 0),
        List.of(),
        new TestTiming(5, announced, time));
  }
}
