package deepspeech.cli.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForecastTest {
  private static final TrainingGpus GPUS = new TrainingGpus(64, 8, 67, 0.25, 100);
  private static final BrokerMachine FAST = new BrokerMachine(100_000, 100_000, 100_000);

  @Test
  @Timeout(30)
  void tenThousandHoursOnSixtyFourGpusAreForecastEqually() {
    // When
    List<String> once = lines(forecast(FAST, OptionalInt.empty(), 2000));

    // Then
    assertThat(once).isEqualTo(lines(forecast(FAST, OptionalInt.empty(), 2000)));
    assertThat(once.get(0))
        .isEqualTo("8 trainers of 8 GPUs train 8 runs at a time, each on 10,000 h of speech");
  }

  @Test
  void theSharesOfTheTimeOfTheGpusAddUp() {
    // When
    Forecast forecast = forecast(FAST, OptionalInt.of(16), 2000);

    // Then
    assertThat(
            forecast.computingShare()
                + forecast.exchangeShare()
                + forecast.waitingShare()
                + forecast.checkpointShare())
        .isCloseTo(1, within(1e-9));
  }

  /** The work of an epoch at the speed of the GPUs is the least that an epoch takes. */
  @Test
  void anEpochTakesItsWorkAndWhatGpusWait() {
    // When
    Forecast forecast = forecast(FAST, OptionalInt.empty(), 2000);

    // Then
    double work =
        10_000 * 3600 * ModelCost.MEASURED.trainingOperationsPerSecond() / (8 * 67e12 * 0.25);
    assertThat(forecast.epochSeconds()).isGreaterThan(work);
    assertThat(forecast.epochSeconds() * forecast.computingShare())
        .isCloseTo(work, within(0.03 * work));
    assertThat(forecast.waitingShare()).isLessThan(0.01);
  }

  @ParameterizedTest
  @CsvSource({
    "100000, 100000, 100000, 10000, 2000, GPUs",
    "100000, 100000, 100000, 8, 2000, data-prep",
    "100000, 100000, 100, 10000, 2000, one partition per run",
    "500, 100000, 100000, 10000, 2000, broker network",
    "100000, 200, 100000, 10000, 2000, broker disk",
    "100000, 100000, 100000, 10000, 100, 'GPUs, and checkpoints'",
  })
  void theLimitIsTheSlowestStation(
      double network,
      double disk,
      double partition,
      int dataPrepCores,
      int checkpointEvery,
      String limit) {
    // When
    Forecast forecast =
        forecast(
            new BrokerMachine(network, disk, partition),
            OptionalInt.of(dataPrepCores),
            checkpointEvery);

    // Then
    assertThat(forecast.limit()).isEqualTo(limit);
  }

  @Test
  void givenServicesAreUsedAndTheNeededOnesAreStated() {
    // When
    Forecast forecast = forecast(FAST, OptionalInt.of(8), 2000);

    // Then
    assertThat(forecast.dataPrep()).isEqualTo(new DataPrepReplicas(1, 8));
    assertThat(forecast.neededDataPrep())
        .hasValueSatisfying(needed -> assertThat(needed.replicas()).isGreaterThan(1));
    assertThat(forecast.waitingShare()).isGreaterThan(0.1);
  }

  @Test
  void theArgumentsOfARunThatAreNotCountedAreNamed() {
    // When
    List<Assumption> assumptions =
        Assumptions.of(forecast(FAST, OptionalInt.empty(), 2000), Set.of());

    // Then
    assertThat(assumptions)
        .filteredOn(each -> each.value().equals("not counted"))
        .extracting(Assumption::source)
        .anySatisfy(
            source ->
                assertThat(source)
                    .contains("accumulate_batches", "precision")
                    .doesNotContain("ema_decay", "average_checkpoints"));
  }

  @Test
  void everyFigureHasItsSource() {
    // When
    List<Assumption> assumptions =
        Assumptions.of(forecast(FAST, OptionalInt.empty(), 2000), Set.of("--network"));

    // Then
    assertThat(assumptions).allSatisfy(each -> assertThat(each.source()).isNotBlank());
    assertThat(assumptions)
        .filteredOn(each -> each.subject().startsWith("network"))
        .extracting(Assumption::source)
        .containsExactly("--network");
    assertThat(assumptions)
        .filteredOn(each -> each.subject().contains("GPU"))
        .isNotEmpty()
        .allSatisfy(each -> assertThat(each.source()).startsWith("assumed, not measured"));
  }

  private static List<String> lines(Forecast forecast) {
    return ForecastReport.lines(forecast, Set.of());
  }

  private static Forecast forecast(
      BrokerMachine machine, OptionalInt dataPrepCores, int checkpointEvery) {
    return new Forecast(
        new TrainingLoad(
            10_000, 10, 5, 32, OptionalInt.of(8), checkpointEvery, RecordingFormat.WAV, true),
        ModelCost.MEASURED,
        GPUS,
        new ClusterServices(
            dataPrepCores,
            8,
            OptionalInt.empty(),
            3,
            machine,
            OptionalInt.empty(),
            ClusterServices.measuredStoreMegabytes()));
  }
}
