package deepspeech.broker.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.broker.feed.RequestWindow.DueRequest;
import deepspeech.broker.feed.RequestWindow.Verdict;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.features.BatchKey;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.FeatureBatchPart;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.runtime.retry.Backoff;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestWindowTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(10), Duration.ofMinutes(1));
  private static final FeatureBatchPart PART = new FeatureBatchPart(Map.of(), new byte[0]);

  @Test
  void theFirstBatchesAreRequestedOnceAsFarAsTheWindowReaches() {
    // Given
    RequestWindow window = window(3, 2, 5);

    // When
    List<DueRequest> requests = window.due(0);

    // Then
    assertThat(requests).containsExactly(request(1, 0, 1), request(1, 1, 1), request(2, 0, 1));
    assertThat(window.due(0)).isEmpty();
  }

  @Test
  void takingABatchMakesRoomForAnother() {
    // Given
    RequestWindow window = window(2, 3);
    window.due(0);
    arrive(window, 1, 0);

    // When
    Optional<FeatureBatch> taken = window.take();

    // Then
    assertThat(taken).map(batch -> batch.key().batch()).contains(0);
    assertThat(window.untilDue(0, SECOND)).isZero();
    assertThat(window.due(0)).containsExactly(request(1, 2, 1));
  }

  @Test
  void aCompleteBatchWaitsForTheOneBeforeIt() {
    // Given
    RequestWindow window = window(2, 3);
    window.due(0);

    // When
    arrive(window, 1, 1);
    Optional<FeatureBatch> early = window.take();
    int ready = window.ready();
    arrive(window, 1, 0);

    // Then
    assertThat(early).isEmpty();
    assertThat(ready).isEqualTo(1);
    assertThat(window.ready()).isEqualTo(2);
    assertThat(window.take()).map(batch -> batch.key().batch()).contains(0);
    assertThat(window.take()).map(batch -> batch.key().batch()).contains(1);
  }

  @Test
  void theNextBatchCanBeSeenWithoutBeingTaken() {
    // Given
    RequestWindow window = window(2, 3);
    window.due(0);
    arrive(window, 1, 1);
    Optional<FeatureBatch> missing = window.peek();
    arrive(window, 1, 0);

    // When
    Optional<FeatureBatch> seen = window.peek();

    // Then
    assertThat(missing).isEmpty();
    assertThat(seen).map(batch -> batch.key().batch()).contains(0);
    assertThat(window.ready()).isEqualTo(2);
    assertThat(window.take()).isEqualTo(seen);
  }

  @Test
  void partsAreJoinedInWhateverOrderTheyComeAndDoubledOnesDropped() {
    // Given
    RequestWindow window = window(1, 1);
    window.due(0);
    FeatureBatchPart zero = part("zero");
    FeatureBatchPart one = part("one");
    FeatureBatchPart two = part("two");

    // When
    List<Verdict> verdicts =
        List.of(
            window.offer(at(1, 0), 2, 3, two, 0),
            window.offer(at(1, 0), 0, 3, zero, 0),
            window.offer(at(1, 0), 2, 3, part("again"), 0),
            window.offer(at(1, 0), 1, 3, one, 0));

    // Then
    assertThat(verdicts)
        .containsExactly(Verdict.STORED, Verdict.STORED, Verdict.UNWANTED, Verdict.COMPLETE);
    assertThat(window.join(at(1, 0))).containsExactly(zero, one, two);
  }

  @Test
  void whatIsNotAwaitedIsUnwanted() {
    // Given
    RequestWindow window = window(2, 9);
    window.due(0);
    arrive(window, 1, 0);
    arrive(window, 1, 1);
    window.take();

    // When
    Verdict taken = window.offer(at(1, 0), 0, 1, PART, 0);
    Verdict ready = window.offer(at(1, 1), 0, 1, PART, 0);
    Verdict ahead = window.offer(at(1, 2), 0, 1, PART, 0);

    // Then
    assertThat(List.of(taken, ready, ahead)).containsOnly(Verdict.UNWANTED);
  }

  @Test
  void aMissingBatchIsRequestedAgainAtGrowingIntervals() {
    // Given
    RequestWindow window = window(2, 2);
    window.due(0);
    arrive(window, 1, 0);
    List<Long> times = new ArrayList<>();
    List<DueRequest> repeated = new ArrayList<>();

    // When
    for (long time = 0; time <= 200; time++) {
      List<DueRequest> requests = window.due(time * SECOND);
      if (!requests.isEmpty()) {
        times.add(time);
        repeated.addAll(requests);
      }
    }

    // Then
    assertThat(times).containsExactly(10L, 30L, 70L, 130L, 190L);
    assertThat(repeated)
        .containsExactly(
            request(1, 1, 2),
            request(1, 1, 3),
            request(1, 1, 4),
            request(1, 1, 5),
            request(1, 1, 6));
    assertThat(window.take()).isPresent();
    assertThat(window.attemptsAtHead()).isEqualTo(6);
  }

  @Test
  void aBatchWhosePartsArriveIsNotRequestedAgainMeanwhile() {
    // Given
    RequestWindow window = window(1, 1);
    window.due(0);

    // When
    window.offer(at(1, 0), 0, 2, PART, 9 * SECOND);

    // Then
    assertThat(window.due(18 * SECOND)).isEmpty();
    assertThat(window.due(19 * SECOND)).containsExactly(request(1, 0, 2));
  }

  @Test
  void nothingIsRequestedAgainWhileOtherAnswersArriveUpToTheLongestWait() {
    // Given
    RequestWindow window = window(9, 9);
    window.due(0);
    List<Long> retries = new ArrayList<>();

    // When
    for (int batch = 1; batch < 9; batch++) {
      long now = batch * 9L * SECOND;
      window.due(now).forEach(request -> retries.add(now / SECOND));
      window.offer(at(1, batch), 0, 1, PART, now);
      window.ready(at(1, batch), null);
    }

    // Then
    assertThat(retries).containsExactly(63L, 63L, 63L);
  }

  @Test
  void aLostRequestIsRepeatedWhenNoOtherAnswersArrive() {
    // Given
    RequestWindow window = window(2, 9);
    window.due(0);

    // When
    window.offer(at(1, 1), 0, 1, PART, 9 * SECOND);
    window.ready(at(1, 1), null);

    // Then
    assertThat(window.due(18 * SECOND)).isEmpty();
    assertThat(window.due(19 * SECOND)).containsExactly(request(1, 0, 2));
  }

  @Test
  void anUnreadableBatchIsRequestedAgainAfterAPauseAndTakenCompletely() {
    // Given
    RequestWindow window = window(1, 1);
    window.due(0);
    window.offer(at(1, 0), 0, 2, part("broken"), 0);

    // When
    window.unusable(at(1, 0), 0);
    List<DueRequest> atOnce = window.due(0);
    List<DueRequest> afterPause = window.due(SECOND);
    Verdict other = window.offer(at(1, 0), 1, 2, part("whole"), SECOND);

    // Then
    assertThat(atOnce).isEmpty();
    assertThat(afterPause).containsExactly(request(1, 0, 2));
    assertThat(other).isEqualTo(Verdict.STORED);
  }

  @Test
  void aReadBatchStaysWhenAnotherCopyCannotBeRead() {
    // Given
    RequestWindow window = window(1, 1);
    window.due(0);
    arrive(window, 1, 0);

    // When
    window.unusable(at(1, 0), 0);

    // Then
    assertThat(window.take()).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1 of 1", "1 of 1", "0 of 0", "0 of -1"})
  void impossiblePartNumbersAreRefused(String numbers) {
    // Given
    RequestWindow window = window(1, 1);
    window.due(0);
    int part = Integer.parseInt(numbers.split(" of ", 2)[0]);
    int parts = Integer.parseInt(numbers.split(" of ", 2)[1]);

    // When
    var thrown = assertThatThrownBy(() -> window.offer(at(1, 0), part, parts, PART, 0));

    // Then
    thrown.isInstanceOf(InvalidMessageException.class).hasMessageContaining("ds_part");
  }

  @Test
  void partsThatContradictEachOtherAreRefused() {
    // Given
    RequestWindow window = window(1, 1);
    window.due(0);
    window.offer(at(1, 0), 0, 2, PART, 0);

    // When
    var thrown = assertThatThrownBy(() -> window.offer(at(1, 0), 1, 3, PART, 0));

    // Then
    thrown.hasMessage("ds_parts: 3 given, allowed: 2, as in the previous part");
  }

  @Test
  void epochsWithoutBatchesArePassedOver() {
    // Given
    RequestWindow window = window(9, 0, 1, 0, 0, 1, 0);

    // When
    List<DueRequest> requests = window.due(0);
    arrive(window, 2, 0);
    arrive(window, 5, 0);
    window.take();
    window.take();

    // Then
    assertThat(requests).containsExactly(request(2, 0, 1), request(5, 0, 1));
    assertThat(window.head()).isEmpty();
    assertThat(window.take()).isEmpty();
  }

  @Test
  void thePlaceBehindAnEpochsLastBatchIsTheNextEpoch() {
    // Given
    BatchSchedule schedule = new BatchSchedule(new int[] {3, 2});

    // When
    RequestWindow inside = new RequestWindow(schedule, at(1, 2), Prefetch.fixed(1), BACKOFF);
    RequestWindow atEpoch = new RequestWindow(schedule, at(1, 3), Prefetch.fixed(1), BACKOFF);
    RequestWindow atEnd = new RequestWindow(schedule, at(2, 2), Prefetch.fixed(1), BACKOFF);
    RequestWindow behind = new RequestWindow(schedule, at(3, 0), Prefetch.fixed(1), BACKOFF);

    // Then
    assertThat(inside.head()).contains(at(1, 2));
    assertThat(atEpoch.head()).contains(at(2, 0));
    assertThat(atEnd.head()).isEmpty();
    assertThat(behind.head()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1 4", "3 1", "4 0"})
  void aPositionOutsideTheRunIsRefused(String position) {
    // Given
    BatchSchedule schedule = new BatchSchedule(new int[] {3, 2});
    String[] numbers = position.split(" ", 2);
    BatchPosition from = at(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]));

    // When
    var thrown =
        assertThatThrownBy(() -> new RequestWindow(schedule, from, Prefetch.fixed(1), BACKOFF));

    // Then
    thrown.isInstanceOf(InvalidMessageException.class).hasMessageContaining("allowed: ");
  }

  /** Any interleaving of arrivals, losses, duplicates and takes must leave the order whole. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void whateverHappensTheOrderIsWholeAndTheWindowIsKept(int seed) {
    // Given
    Random random = new Random(seed);
    int size = 1 + random.nextInt(5);
    RequestWindow window = window(size, 7, 0, 5, 9);
    List<BatchPosition> flying = new ArrayList<>();
    List<BatchPosition> requested = new ArrayList<>();
    List<String> delivered = new ArrayList<>();

    // When
    for (long now = 0; window.head().isPresent(); now += SECOND) {
      for (DueRequest request : window.due(now)) {
        flying.add(request.position());
        if (request.attempt() == 1) {
          requested.add(request.position());
        }
      }
      assertThat(requested.size() - delivered.size()).isBetween(0, size);
      if (!flying.isEmpty()) {
        BatchPosition any = flying.get(random.nextInt(flying.size()));
        int fate = random.nextInt(4);
        if (fate != 0) {
          arrive(window, any.epoch(), any.batch());
        }
        if (fate != 1) {
          flying.remove(any);
        }
      }
      window
          .take()
          .ifPresent(batch -> delivered.add(batch.key().epoch() + "/" + batch.key().batch()));
    }

    // Then
    List<String> whole = new ArrayList<>();
    for (int[] epoch : new int[][] {{1, 7}, {3, 5}, {4, 9}}) {
      for (int batch = 0; batch < epoch[1]; batch++) {
        whole.add(epoch[0] + "/" + batch);
      }
    }
    assertThat(delivered).isEqualTo(whole);
  }

  private static RequestWindow window(int size, int... batches) {
    return new RequestWindow(
        new BatchSchedule(batches), BatchPosition.START, Prefetch.fixed(size), BACKOFF);
  }

  private static void arrive(RequestWindow window, int epoch, int batch) {
    if (window.offer(at(epoch, batch), 0, 1, PART, 0) == Verdict.COMPLETE) {
      BatchKey key = new BatchKey(new RunId("run"), Split.TRAIN, "f", epoch, batch);
      window.ready(
          at(epoch, batch),
          new FeatureBatch(
              key,
              new short[0],
              new int[0],
              new int[0],
              new int[0],
              new long[0],
              List.of(),
              List.of()));
    }
  }

  private static FeatureBatchPart part(String name) {
    return new FeatureBatchPart(Map.of("name", name), new byte[0]);
  }

  private static BatchPosition at(int epoch, int batch) {
    return new BatchPosition(epoch, batch);
  }

  private static DueRequest request(int epoch, int batch, int attempt) {
    return new DueRequest(at(epoch, batch), attempt);
  }
}
