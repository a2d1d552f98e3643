package deepspeech.acoustic.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.configuration.TrainingConfiguration;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Golden values: {@code acoustic-model/reference/schedules.py}, and the formulas of the papers. */
class LearningRateScheduleTest {
  private record Golden(
      String type,
      double learningRate,
      double decay,
      double floor,
      int warmupSteps,
      int epochs,
      int batches,
      double[] rates) {
    @Override
    public String toString() {
      return "%s, %d epochs of %d batches".formatted(type, epochs, batches);
    }
  }

  private record GoldenPlateau(
      double learningRate,
      double decay,
      double floor,
      int patience,
      double[] cers,
      double[] rates) {}

  private record GoldenCases(String madeWith, List<Golden> cases, List<GoldenPlateau> plateaus) {}

  private static final GoldenCases GOLDEN = read();

  private static GoldenCases read() {
    try (InputStream file = LearningRateScheduleTest.class.getResourceAsStream("schedules.json")) {
      return Json.read(file.readAllBytes(), GoldenCases.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<Golden> golden() {
    return GOLDEN.cases().stream();
  }

  @ParameterizedTest
  @MethodSource("golden")
  void theRatesAreThoseOfPyTorchsSchedulers(Golden golden) {
    // Given
    int[] batches = new int[golden.epochs()];
    Arrays.fill(batches, golden.batches());
    LearningRateSchedule schedule =
        schedule(
            Map.of(
                "learning_rate_schedule", golden.type(),
                "learning_rate", golden.learningRate(),
                "learning_rate_decay", golden.decay(),
                "learning_rate_floor", golden.floor(),
                "warmup_steps", golden.warmupSteps()),
            batches);

    // When
    double[] rates = rates(schedule, batches);

    // Then
    assertThat(rates).hasSameSizeAs(golden.rates());
    for (int i = 0; i < rates.length; i++) {
      assertThat(rates[i]).as("batch %d", i).isCloseTo(golden.rates()[i], withinPercentage(1e-7));
    }
  }

  static Stream<GoldenPlateau> plateaus() {
    return GOLDEN.plateaus().stream();
  }

  @ParameterizedTest
  @MethodSource("plateaus")
  void theReductionsAreThoseOfPyTorchsReduceLrOnPlateau(GoldenPlateau golden) {
    // Given
    LearningRateSchedule schedule =
        schedule(
            Map.of(
                "learning_rate_schedule", "plateau",
                "learning_rate", golden.learningRate(),
                "learning_rate_decay", golden.decay(),
                "learning_rate_floor", golden.floor()),
            new int[golden.cers().length]);
    Plateau plateau = Plateau.beginningWith(1);

    // Then
    for (int i = 0; i < golden.cers().length; i++) {
      assertThat(schedule.reduced(plateau.reductions()).at(i + 1, 0))
          .as("epoch %d", i + 1)
          .isCloseTo(golden.rates()[i], withinPercentage(1e-7));
      plateau = plateau.next(OptionalDouble.of(golden.cers()[i]), golden.patience());
    }
    assertThat(plateau.results().counted()).isEqualTo(golden.cers().length);
  }

  @Test
  void anEpochWithoutAResultIsPassedOver() {
    // Given
    Plateau plateau =
        Plateau.beginningWith(3).next(OptionalDouble.of(0.5), 1).next(OptionalDouble.of(0.6), 1);

    // When
    Plateau passed = plateau.next(OptionalDouble.empty(), 1);

    // Then
    assertThat(plateau).isEqualTo(new Plateau(new CountedResults(3, 4, 0.5, 3, 1), 0));
    assertThat(passed).isEqualTo(new Plateau(new CountedResults(3, 5, 0.5, 3, 1), 0));
    assertThat(passed.next(OptionalDouble.of(0.6), 1))
        .isEqualTo(new Plateau(new CountedResults(3, 6, 0.5, 3, 0), 1));
  }

  @Test
  void withoutArgumentsTheRatesAreTheManualsToTheBit() {
    // Given
    LearningRateSchedule schedule = schedule(Map.of(), new int[] {2, 2, 2});

    // Then
    assertThat(schedule.at(1, 1)).isEqualTo(1e-4);
    assertThat(schedule.at(3, 0)).isEqualTo(1e-4 * Math.pow(0.83, 2));
  }

  @Test
  void twoDevicesDoubleTheLearningRateAsTheManualShows() {
    // Then
    for (String type : List.of("exponential", "constant", "warmup_cosine", "noam", "plateau")) {
      Map<String, Object> given = Map.of("learning_rate_schedule", type, "warmup_steps", 2);
      int[] batches = {3, 3};
      double[] one = rates(schedule(given, batches), batches);
      double[] two =
          rates(
              LearningRateSchedule.of(TrainingConfiguration.of(given).schedule(), batches, 2),
              batches);
      for (int i = 0; i < one.length; i++) {
        assertThat(two[i]).as(type).isEqualTo(2 * one[i]);
      }
    }
  }

  @Test
  void aLearningRateThatHoldsFromALaterEpochFallsFromThereOn() {
    // Given
    LearningRateSchedule schedule =
        schedule(Map.of("learning_rate", 1e-3, "learning_rate_epoch", 51), new int[60]);

    // Then
    assertThat(schedule.at(51, 0)).isEqualTo(1e-3);
    assertThat(schedule.at(53, 0)).isCloseTo(1e-3 * 0.83 * 0.83, within(1e-12));
    assertThat(schedule.at(50, 0)).isEqualTo(1e-3);
  }

  @Test
  void aScheduleWithAWarmUpBeginsInTheEpochOfTheLearningRateWhereverThatIs() {
    // Then
    for (String type : List.of("warmup_cosine", "noam")) {
      Map<String, Object> given = Map.of("learning_rate_schedule", type, "warmup_steps", 4);
      LearningRateSchedule early = schedule(given, new int[] {3, 2, 4});
      LearningRateSchedule late =
          LearningRateSchedule.of(
              TrainingConfiguration.of(given).with(Map.of("learning_rate_epoch", 6)).schedule(),
              new int[] {9, 9, 9, 9, 9, 3, 2, 4},
              1);
      assertThat(late.at(5, 8)).isEqualTo(late.at(6, 0));
      assertThat(late.at(6, 0)).isEqualTo(early.at(1, 0));
      assertThat(late.at(7, 1)).isEqualTo(early.at(2, 1));
      assertThat(late.at(8, 3)).isEqualTo(early.at(3, 3));
    }
  }

  /** Equation 5 of Loshchilov and Hutter, in which the position is counted in epochs. */
  @Test
  void theCosineIsOfThePartOfTheEpochsThatIsDoneHoweverManyBatchesAnEpochHas() {
    // Given: the rise ends at epoch 1.5, the fall at epoch 4.
    LearningRateSchedule schedule =
        schedule(
            Map.of(
                "learning_rate_schedule",
                "warmup_cosine",
                "learning_rate",
                1e-3,
                "learning_rate_floor",
                2e-4,
                "warmup_steps",
                14,
                "learning_rate_last_epoch",
                4),
            new int[] {10, 8, 4, 2});

    // Then
    assertThat(schedule.at(2, 3)).isEqualTo(1e-3);
    assertThat(schedule.at(2, 4)).isEqualTo(1e-3);
    assertThat(schedule.at(3, 3))
        .isCloseTo(2e-4 + 4e-4 * (1 + Math.cos(Math.PI / 2)), within(1e-15));
    assertThat(schedule.at(4, 1))
        .isCloseTo(2e-4 + 4e-4 * (1 + Math.cos(Math.PI * 0.8)), within(1e-15));
  }

  @Test
  void theCosineDoesNotDependOnWhereARunEndsAndStaysAtTheFloorBehindItsEnd() {
    // Given
    Map<String, Object> given =
        Map.of(
            "learning_rate_schedule", "warmup_cosine",
            "warmup_steps", 3,
            "learning_rate_last_epoch", 4);
    int[] batches = {4, 4, 4, 4, 4, 4};

    // When
    double[] whole = rates(schedule(given, batches), batches);
    double[] half = rates(schedule(given, new int[] {4, 4}), new int[] {4, 4});

    // Then
    assertThat(half).isEqualTo(Arrays.copyOf(whole, 8));
    assertThat(whole[15]).isGreaterThan(1e-6);
    assertThat(Arrays.copyOfRange(whole, 16, 24)).containsOnly(1e-6);
  }

  @Test
  void aWarmUpThatLeavesNoBatchForTheCosineIsRefused() {
    // Given
    Map<String, Object> given =
        Map.of(
            "learning_rate_schedule", "warmup_cosine",
            "warmup_steps", 7,
            "learning_rate_epoch", 2);

    // When
    var tooLong = assertThatThrownBy(() -> schedule(given, new int[] {9, 4, 3}));
    LearningRateSchedule enough = schedule(given, new int[] {9, 4, 4});

    // Then
    tooLong
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage(
            "warmup_steps: 7 given, allowed: less than 7, which is the number of steps from epoch 2"
                + " to epoch 3");
    assertThat(enough.at(3, 3)).isEqualTo(1e-4);
  }

  private static LearningRateSchedule schedule(Map<String, Object> given, int[] batches) {
    return LearningRateSchedule.of(TrainingConfiguration.of(given).schedule(), batches, 1);
  }

  private static double[] rates(LearningRateSchedule schedule, int[] batches) {
    double[] rates = new double[Arrays.stream(batches).sum()];
    int next = 0;
    for (int epoch = 1; epoch <= batches.length; epoch++) {
      for (int batch = 0; batch < batches[epoch - 1]; batch++) {
        rates[next++] = schedule.at(epoch, batch);
      }
    }
    return rates;
  }
}
