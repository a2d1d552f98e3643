package deepspeech.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.checkpoint.LeaseRecord;
import deepspeech.checkpoint.ObservedLease;
import deepspeech.messages.identity.RunId;
import deepspeech.trainer.run.TrainerProbe.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HolderWatchTest {
  private static final RunId RUN = new RunId("run");
  private static final Instant STARTED = Instant.parse("2026-01-01T12:00:00Z");
  private static final String ADDRESS = "10.0.0.7:8081";

  private Answer answer = Answer.NONE;
  private Duration clock = Duration.ofDays(1);
  private final HolderWatch watch =
      new HolderWatch("trainer-a", STARTED, address -> answer, () -> clock.toNanos());

  @Test
  void aRunThatNobodyHoldsIsFree() {
    // When
    // Then
    assertThat(watch.isFree(RUN, new ObservedLease(Optional.empty(), Optional.empty()))).isTrue();
    assertThat(watch.isFree(RUN, observed("trainer-b", 1, STARTED))).isTrue();
  }

  @Test
  void aRunWhoseTrainerRenewsItsLeaseIsNotFree() {
    for (int second = 0; second < 60; second++) {
      // When
      boolean free = isFreeAfter(Duration.ofSeconds(1), observed("trainer-b", second / 2, null));

      // Then
      assertThat(free).isFalse();
    }
  }

  @Test
  void aRunWhoseTrainerHasNotRenewedItsLeaseForTenSecondsIsFree() {
    // Given
    ObservedLease lease = observed("trainer-b", 5, null);
    assertThat(watch.isFree(RUN, lease)).isFalse();
    for (int second = 1; second < 10; second++) {
      assertThat(isFreeAfter(Duration.ofSeconds(1), lease)).isFalse();
    }

    // When
    boolean free = isFreeAfter(Duration.ofSeconds(1), lease);

    // Then
    assertThat(free).isTrue();
  }

  @Test
  void theTimeInWhichTheStoreWasUnavailableDoesNotCount() {
    // Given
    ObservedLease lease = observed("trainer-b", 5, null);
    assertThat(watch.isFree(RUN, lease)).isFalse();

    // When
    boolean afterOutage = isFreeAfter(Duration.ofMinutes(5), lease);

    // Then
    assertThat(afterOutage).isFalse();
    assertThat(isFreeAfter(Duration.ofSeconds(2), lease)).isFalse();
  }

  @Test
  void aRunWhoseTrainerNoLongerListensIsFreeAtOnce() {
    // Given
    ObservedLease lease = observed("trainer-b", 5, null);
    assertThat(watch.isFree(RUN, lease)).isFalse();

    // When
    answer = Answer.GONE;

    // Then
    assertThat(watch.isFree(RUN, lease)).isTrue();
  }

  @Test
  void whetherATrainerLivesIsUndecidedUntilItListensRenewsOrExpires() {
    // Given
    ObservedLease lease = observed("trainer-b", 5, null);

    // When
    // Then
    assertThat(watch.isFree(RUN, lease)).isFalse();
    assertThat(watch.isUndecided(RUN)).isTrue();

    // When
    answer = Answer.LISTENS;
    watch.isFree(RUN, lease);

    // Then
    assertThat(watch.isUndecided(RUN)).isFalse();

    // When
    answer = Answer.NONE;
    isFreeAfter(Duration.ofSeconds(1), observed("trainer-b", 6, null));

    // Then
    assertThat(watch.isUndecided(RUN)).isFalse();
  }

  @Test
  void aTrainerOfWhichNothingIsSeenForTenSecondsIsDecidedToHaveDied() {
    // Given
    ObservedLease lease = observed("trainer-b", 5, null);
    watch.isFree(RUN, lease);
    for (int second = 1; second < 10; second++) {
      isFreeAfter(Duration.ofSeconds(1), lease);
      assertThat(watch.isUndecided(RUN)).isTrue();
    }

    // When
    boolean free = isFreeAfter(Duration.ofSeconds(1), lease);

    // Then
    assertThat(free).isTrue();
    assertThat(watch.isUndecided(RUN)).isFalse();
  }

  @Test
  void aRunOfAnEarlierProcessOfThisTrainerIsFreeAtOnce() {
    // When
    // Then
    assertThat(watch.isFree(RUN, acquired("trainer-a", STARTED.minusSeconds(1)))).isTrue();
    assertThat(watch.isFree(RUN, acquired("trainer-a", STARTED.plusSeconds(1)))).isFalse();
  }

  @Test
  void anUnreadableLeaseIsThatOfATrainerThatMayRenewIt() {
    // Given
    ObservedLease lease = new ObservedLease(Optional.empty(), Optional.of("garbage"));
    assertThat(watch.isFree(RUN, lease)).isFalse();

    // When
    boolean free = false;
    for (int second = 0; second < 10; second++) {
      free = isFreeAfter(Duration.ofSeconds(1), lease);
    }

    // Then
    assertThat(free).isTrue();
  }

  private boolean isFreeAfter(Duration pause, ObservedLease lease) {
    clock = clock.plus(pause);
    return watch.isFree(RUN, lease);
  }

  private static ObservedLease observed(String trainer, long renewals, Instant released) {
    return new ObservedLease(
        Optional.of(new LeaseRecord(RUN, trainer, 1, STARTED, ADDRESS, renewals, released)),
        Optional.of("version " + renewals));
  }

  private static ObservedLease acquired(String trainer, Instant at) {
    return new ObservedLease(
        Optional.of(new LeaseRecord(RUN, trainer, 1, at, ADDRESS, 0L, null)), Optional.of("a"));
  }
}
