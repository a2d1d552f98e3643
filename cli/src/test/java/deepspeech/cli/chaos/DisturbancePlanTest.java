package deepspeech.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DisturbancePlanTest {
  private static final List<String> SERVICES = List.of("trainer", "data-prep", "evaluator");

  @Test
  void everyThirdRestartsBrokerOrStoreAlternatelyAndTheOthersKillAnyService() {
    // When
    List<Disturbance> chosen = plan(1, 60);

    // Then
    for (int i = 0; i < chosen.size(); i++) {
      Disturbance one = chosen.get(i);
      if (i % 3 == 2) {
        assertThat(one.action()).isEqualTo(Disturbance.Action.RESTART);
        assertThat(one.target()).isEqualTo(i % 6 == 2 ? "broker" : "store");
        assertThat(one.down()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(4));
      } else {
        assertThat(one.action()).isEqualTo(Disturbance.Action.KILL);
      }
    }
    assertThat(chosen).extracting(Disturbance::target).containsAll(SERVICES);
  }

  @Test
  void equalSeedsChooseEquallyAndOthersDoNot() {
    // When / Then
    assertThat(plan(7, 30)).isEqualTo(plan(7, 30)).isNotEqualTo(plan(8, 30));
  }

  private static List<Disturbance> plan(long seed, int count) {
    DisturbancePlan plan = new DisturbancePlan(SERVICES, seed);
    return Stream.generate(plan::next).limit(count).toList();
  }
}
