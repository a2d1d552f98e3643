package deepspeech.cli.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The simulation compared with closed forms. A trainer with a window of W batches is a closed
 * queueing network with W customers while it waits, and W + 1 while it computes.
 */
class FeedSimulationTest {
  private static final int STEPS = 10_000;
  private static final int RANDOM_STEPS = 100_000;
  private static final int WARM_UP = 100;

  /**
   * Asymptotic bounds of a closed network, which constant times reach: at most one batch for each
   * visit of the slowest station, and at most the window for each round trip (Lazowska et al.,
   * Quantitative System Performance, 1984, chapter 5).
   */
  @ParameterizedTest
  @CsvSource({
    // window, preparation, partition, leader, step, latency
    "8, 0.1, 0.05, 0.02, 0.5, 0.01",
    "8, 0.5, 0.05, 0.02, 0.1, 0.01",
    "8, 0.1, 0.4, 0.02, 0.1, 0.01",
    "8, 0.1, 0.05, 0.3, 0.1, 0.01",
    "1, 0.1, 0.05, 0.02, 0.05, 0.01",
    "1, 0.1, 0.05, 0.02, 0.5, 0.01",
    "2, 0.1, 0.1, 0.1, 0.1, 0.5",
    "4, 0.1, 0.1, 0.1, 0.1, 0.5",
  })
  void constantTimesReachTheBoundOfTheSlowestStationOrOfTheWindow(
      int window,
      double preparation,
      double partition,
      double leader,
      double step,
      double latency) {
    // Given
    BatchTimes times = new BatchTimes(preparation, partition, leader, step);
    double slowest = Math.max(Math.max(preparation, partition), Math.max(leader, step));
    double roundTrip = preparation + partition + leader + 2 * latency;
    double bound = Math.min(1 / slowest, window / roundTrip);

    // When
    FeedOutcome outcome = simulate(1, window, latency, List.of(repeated(times)));

    // Then
    assertThat(outcome.stepsPerSecond()).isCloseTo(bound, within(0.002 * bound));
    assertThat(outcome.waitingShare()).isCloseTo(1 - bound * step, within(0.002));
  }

  /**
   * Exact mean value analysis of a closed network (Lazowska et al., 1984, chapter 6). With one
   * station beside the trainer the number of customers makes no difference while the trainer waits.
   */
  @ParameterizedTest
  @CsvSource({"1, 1.0", "2, 1.0", "8, 1.0", "8, 0.8", "8, 1.25", "3, 0.5"})
  void exponentialTimesGiveTheThroughputOfMeanValueAnalysis(int window, double step) {
    // Given
    Random random = new Random(1);
    List<BatchTimes> batches =
        Stream.generate(
                () -> new BatchTimes(exponential(random, 1), 0, 0, exponential(random, step)))
            .limit(RANDOM_STEPS)
            .toList();

    // When
    FeedOutcome outcome = simulate(1, window, 0, List.of(batches));

    // Then
    double exact = meanValueAnalysis(window + 1, 1, step);
    assertThat(outcome.stepsPerSecond()).isCloseTo(exact, within(0.015 * exact));
    assertThat(outcome.waitingShare()).isCloseTo(1 - exact * step, within(0.015));
  }

  @ParameterizedTest
  @CsvSource({"2, 1.0", "4, 1.5", "8, 1.0", "8, 2.0"})
  void exponentialTimesAtThreeStationsLieBetweenTheNetworksOfBothNumbersOfCustomers(
      int window, double step) {
    // Given
    Random random = new Random(2);
    List<BatchTimes> batches =
        Stream.generate(
                () ->
                    new BatchTimes(
                        exponential(random, 1),
                        exponential(random, 0.7),
                        0,
                        exponential(random, step)))
            .limit(RANDOM_STEPS)
            .toList();

    // When
    double rate = simulate(1, window, 0, List.of(batches)).stepsPerSecond();

    // Then
    assertThat(rate)
        .isGreaterThan(0.985 * meanValueAnalysis(window, 1, 0.7, step))
        .isLessThan(1.015 * meanValueAnalysis(window + 1, 1, 0.7, step));
  }

  @Test
  void trainersShareAReplicaEvenlyAndNoMoreThanItCanMake() {
    // Given
    BatchTimes times = new BatchTimes(0.5, 0, 0, 0.1);

    // When
    FeedOutcome outcome =
        simulate(1, 8, 0.01, List.of(repeated(times), repeated(times), repeated(times)));

    // Then
    assertThat(outcome.stepsPerSecond()).isCloseTo(2, within(0.01));
    assertThat(outcome.waitingShare()).isCloseTo(1 - 0.1 * 2 / 3, within(0.01));
  }

  @Test
  void aBrokerThatLeadsTwoRunsSendsTheirBatchesOneAfterTheOther() {
    // Given
    BatchTimes times = new BatchTimes(0, 0, 0.4, 0.1);
    List<List<BatchTimes>> runs = Collections.nCopies(3, repeated(times));

    // When
    FeedOutcome outcome =
        new FeedSimulation(
                new FeedTopology(new DataPrepReplicas(1, 1), 2, 8, 0.01), runs, WARM_UP, 1)
            .run();

    // Then
    assertThat(outcome.stepsPerSecond()).isCloseTo(1 / 0.4 + 1 / 0.4, within(0.05));
  }

  /** A slow batch delays the ones after it, because a trainer takes them in order. */
  @Test
  void batchesAreTrainedInOrder() {
    // Given
    List<BatchTimes> everySecondIsSlow =
        IntStream.range(0, STEPS)
            .mapToObj(i -> new BatchTimes(i % 2 == 0 ? 1.0 : 0.1, 0, 0, 0.1))
            .toList();

    // When
    FeedOutcome outcome = simulate(2, 2, 0, List.of(everySecondIsSlow));

    // Then
    assertThat(outcome.stepsPerSecond()).isCloseTo(2, within(0.01));
  }

  @Test
  void equalInputsGiveEqualResults() {
    // Given
    List<List<BatchTimes>> runs =
        IntStream.range(0, 3)
            .mapToObj(
                run -> {
                  Random random = new Random(run);
                  return Stream.generate(
                          () ->
                              new BatchTimes(
                                  exponential(random, 0.2), 0, 0, exponential(random, 1)))
                      .limit(STEPS)
                      .toList();
                })
            .toList();

    // When / Then
    assertThat(simulate(2, 4, 0.01, runs)).isEqualTo(simulate(2, 4, 0.01, runs));
  }

  private static FeedOutcome simulate(
      int replicas, int window, double latency, List<List<BatchTimes>> batches) {
    return new FeedSimulation(
            new FeedTopology(new DataPrepReplicas(replicas, 1), 1, window, latency),
            batches,
            WARM_UP,
            1)
        .run();
  }

  private static List<BatchTimes> repeated(BatchTimes times) {
    return Collections.nCopies(STEPS, times);
  }

  private static double exponential(Random random, double mean) {
    return -mean * Math.log(1 - random.nextDouble());
  }

  /** The throughput of a closed network of queueing stations with these service demands. */
  private static double meanValueAnalysis(int customers, double... demands) {
    double[] queues = new double[demands.length];
    double throughput = 0;
    for (int n = 1; n <= customers; n++) {
      double[] residence = new double[demands.length];
      double cycle = 0;
      for (int k = 0; k < demands.length; k++) {
        residence[k] = demands[k] * (1 + queues[k]);
        cycle += residence[k];
      }
      throughput = n / cycle;
      for (int k = 0; k < demands.length; k++) {
        queues[k] = throughput * residence[k];
      }
    }
    return throughput;
  }
}
