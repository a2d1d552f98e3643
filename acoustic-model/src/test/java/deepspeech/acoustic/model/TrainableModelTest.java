package deepspeech.acoustic.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import deepspeech.acoustic.optimizer.AdamState;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.features.BatchKey;
import deepspeech.messages.features.BatchShape;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainableModelTest {
  private static final ModelShape SMALL = new ModelShape(2, 2, 16, 6);
  private static final RaggedBatch BATCH = Utterances.batch(1, 6, 20, 97, 60, 121, 80);

  @Test
  void trainingOnOneBatchLearnsItByHeart() {
    // Given
    try (TrainableModel model =
        TrainableModel.initialise(new ModelShape(1, 1, 32, 6), 7, Devices.CPU)) {
      RaggedBatch batch = Utterances.batch(1, 6, 20, 97, 60);
      double before = model.step(batch, 3e-3).meanLoss();

      // When
      double after = 0;
      for (int i = 0; i < 60; i++) {
        after = model.step(batch, 3e-3).meanLoss();
      }

      // Then
      assertThat(after).isLessThan(before / 20);
    }
  }

  @Test
  void twoRunsFromOneSeedAgreeToTheBit() {
    // Given
    try (TrainableModel one = TrainableModel.initialise(SMALL, 42, Devices.CPU);
        TrainableModel other = TrainableModel.initialise(SMALL, 42, Devices.CPU)) {

      // When
      for (int i = 0; i < 5; i++) {
        one.step(BATCH, 1e-3);
        other.step(BATCH, 1e-3);
      }

      // Then
      assertSameBits(one, other);
    }
  }

  @Test
  void whichThreadTakesAStepDoesNotMatter() throws InterruptedException {
    // Given
    try (TrainableModel one = TrainableModel.initialise(SMALL, 42, Devices.CPU);
        TrainableModel other = TrainableModel.initialise(SMALL, 42, Devices.CPU)) {

      // When
      for (int i = 0; i < 3; i++) {
        one.step(BATCH, 1e-3);
        Thread thread = new Thread(() -> other.step(BATCH, 1e-3));
        thread.start();
        thread.join();
      }

      // Then
      assertThat(other.stepsTaken()).isEqualTo(3);
      assertSameBits(one, other);
    }
  }

  @Test
  void anotherSeedGivesOtherWeights() {
    // Given
    Parameter weight = SMALL.parameters().get(0);

    // When
    Tensor one = weight.initialValues(1);
    Tensor other = weight.initialValues(2);

    // Then
    assertThat(one.data()).isNotEqualTo(other.data());
  }

  @Test
  void resumingFromASnapshotEqualsTrainingWithoutInterruptionToTheBit() {
    // Given
    RaggedBatch next = Utterances.batch(2, 6, 20, 40, 111, 64);
    try (TrainableModel uninterrupted = TrainableModel.initialise(SMALL, 3, Devices.CPU)) {
      uninterrupted.step(BATCH, 1e-3);
      uninterrupted.step(next, 1e-3);
      Map<String, Tensor> parameters = uninterrupted.parameters();
      AdamState state = AdamState.fromTensors(uninterrupted.optimizerState().toTensors());
      uninterrupted.step(BATCH, 1e-3);
      uninterrupted.step(next, 1e-3);

      // When
      try (TrainableModel resumed =
          TrainableModel.restore(SMALL, parameters, Optional.of(state), Devices.CPU)) {
        resumed.step(BATCH, 1e-3);
        resumed.step(next, 1e-3);

        // Then
        assertSameBits(uninterrupted, resumed);
      }
    }
  }

  @Test
  void aRehearsalOfTheLargestBatchLeavesTheModelAndTheStepsAfterItAsTheyAreToTheBit() {
    // Given
    Devices three = new Devices(List.of(Device.cpu(), Device.cpu(), Device.cpu()));
    try (TrainableModel one = TrainableModel.initialise(SMALL, 42, three);
        TrainableModel other = TrainableModel.initialise(SMALL, 42, three)) {
      one.step(BATCH, 1e-3);
      other.step(BATCH, 1e-3);

      // When
      one.rehearse(new BatchShape(7, 150, 12), 1);
      one.rehearse(new BatchShape(2, 200, 1), 3);

      // Then
      assertSameBits(other, one);
      one.step(BATCH, 1e-3);
      other.step(BATCH, 1e-3);
      assertThat(one.stepsTaken()).isEqualTo(2);
      assertSameBits(other, one);
    }
  }

  @Test
  void aRehearsalOfABatchThatNoMemoryHoldsSaysThatItIsForMemory() {
    // Given
    try (TrainableModel model = TrainableModel.initialise(SMALL, 42, Devices.CPU)) {

      // Then
      assertThatThrownBy(() -> model.rehearse(new BatchShape(100_000, 3000, 12), 1))
          .isInstanceOf(OutOfMemoryException.class);
    }
  }

  /** Messages of PyTorch 2.7's allocators (c10/cuda, c10/core/impl/alloc_cpu.cpp) and libraries. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 79.11 GiB",
        "DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes. Error code 12",
        "[enforce fail at alloc_cpu.cpp:117] err == 0. DefaultCPUAllocator: not enough memory: you"
            + " tried to allocate 9 bytes.",
        "cuDNN error: CUDNN_STATUS_ALLOC_FAILED",
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        "GET was unable to find an engine to execute this computation"
      })
  void anEnginesFailureForMemoryIsKnownByItsWords(String message) {
    // When
    RuntimeException known = OutOfMemoryException.of(new EngineException(message));

    // Then
    assertThat(known).isInstanceOf(OutOfMemoryException.class);
  }

  @Test
  void anotherFailureOfTheEngineStaysWhatItIs() {
    // Given
    EngineException failure = new EngineException("CUDA error: device-side assert triggered");

    // Then
    assertThat(OutOfMemoryException.of(failure)).isSameAs(failure);
  }

  @Test
  void aSnapshotDoesNotChangeWhenTrainingContinues() {
    // Given
    try (TrainableModel model = TrainableModel.initialise(SMALL, 3, Devices.CPU)) {
      Map<String, Tensor> snapshot = model.parameters();

      // When
      model.step(BATCH, 1e-3);

      // Then
      for (Parameter parameter : SMALL.parameters()) {
        assertThat(snapshot.get(parameter.name()).data())
            .isEqualTo(parameter.initialValues(3).data());
      }
    }
  }

  @Test
  void aStepWithLabelsThatCannotBeAlignedIsSkippedAndChangesNothing() {
    // Given
    RaggedBatch infeasible =
        new RaggedBatch(BATCH.features(), BATCH.frames(), new int[100], new int[] {100, 0, 0, 0});
    Arrays.fill(infeasible.labels(), 1);
    try (TrainableModel model = TrainableModel.initialise(SMALL, 5, Devices.CPU);
        TrainableModel untouched = TrainableModel.initialise(SMALL, 5, Devices.CPU)) {
      model.step(BATCH, 1e-3);
      untouched.step(BATCH, 1e-3);

      // When
      StepResult result = model.step(infeasible, 1e-3);

      // Then
      assertThat(result.skipped()).isTrue();
      assertThat(result.losses()[0]).isEqualTo(Float.POSITIVE_INFINITY);
      assertThat(result.losses()[1]).isFinite();
      assertSameBits(untouched, model);
    }
  }

  @Test
  void aStepWithFeaturesThatAreNoNumbersIsSkippedAndChangesNothing() {
    // Given
    float[] values = BATCH.features().toFloats();
    values[1234] = Float.NaN;
    RaggedBatch broken =
        new RaggedBatch(
            Tensor.f32(values, values.length / 161, 161),
            BATCH.frames(),
            BATCH.labels(),
            BATCH.labelLengths());
    try (TrainableModel model = TrainableModel.initialise(SMALL, 5, Devices.CPU);
        TrainableModel untouched = TrainableModel.initialise(SMALL, 5, Devices.CPU)) {

      // When
      StepResult result = model.step(broken, 1e-3);

      // Then
      assertThat(result.skipped()).isTrue();
      assertThat(model.stepsTaken()).isZero();
      assertSameBits(untouched, model);
    }
  }

  @Test
  void anUtterancesLogProbabilitiesDoNotDependOnItsBatch() {
    // Given
    try (TrainableModel model = TrainableModel.initialise(SMALL, 11, Devices.CPU)) {
      for (int i = 0; i < 5; i++) {
        model.step(BATCH, 1e-2);
      }

      // When
      BatchLogProbabilities together = model.logProbabilities(BATCH);

      // Then
      int longest = together.values().shape().get(1).intValue();
      float[] all = together.values().toFloats();
      for (int u = 0; u < BATCH.size(); u++) {
        BatchLogProbabilities alone = model.logProbabilities(Utterances.only(BATCH, u));
        float[] own = alone.values().toFloats();
        assertThat(alone.frames()[0])
            .isEqualTo(together.frames()[u])
            .isEqualTo((BATCH.frames()[u] - 1) / 3 + 1);
        for (int i = 0; i < own.length; i++) {
          assertThat((double) all[u * longest * 6 + i]).isCloseTo(own[i], within(1e-4));
        }
      }
    }
  }

  @Test
  void halfPrecisionFeaturesCountAsTheSameNumbersInSinglePrecision() {
    // Given
    int frames = 40;
    short[] halves = new short[frames * 161];
    float[] singles = new float[halves.length];
    short[] patterns = {0x0000, 0x3c00, (short) 0xbe00, 0x4100};
    float[] numbers = {0, 1, -1.5f, 2.5f};
    for (int i = 0; i < halves.length; i++) {
      halves[i] = patterns[i * 7 % 11 % 4];
      singles[i] = numbers[i * 7 % 11 % 4];
    }
    FeatureBatch received =
        new FeatureBatch(
            new BatchKey(new RunId("halves"), Split.TRAIN, "0".repeat(64), 0, 0),
            halves,
            new int[] {frames},
            new int[] {1, 2},
            new int[] {2},
            new long[] {1},
            List.of("ab"),
            List.of());
    RaggedBatch inSinglePrecision =
        new RaggedBatch(
            Tensor.f32(singles, frames, 161), new int[] {frames}, new int[] {1, 2}, new int[] {2});
    try (TrainableModel model = TrainableModel.initialise(SMALL, 1, Devices.CPU)) {

      // When
      BatchLogProbabilities ofHalves = model.logProbabilities(RaggedBatch.of(received));
      BatchLogProbabilities ofSingles = model.logProbabilities(inSinglePrecision);

      // Then
      assertThat(ofHalves.values()).isEqualTo(ofSingles.values());
    }
  }

  @Test
  void severalDevicesAverageTheGradientsOfTheirSharesAndStayAlike() {
    // Given
    RaggedBatch share = Utterances.batch(5, 6, 20, 60, 44);
    RaggedBatch twice = joined(share, share);
    try (TrainableModel one = TrainableModel.initialise(SMALL, 8, Devices.CPU);
        TrainableModel two =
            TrainableModel.initialise(SMALL, 8, Devices.resolve(false, Optional.of("cpu,cpu")))) {

      // When
      StepResult ofOne = one.step(share, 1e-3);
      StepResult ofTwo = two.step(twice, 1e-3);
      StepResult next = two.step(twice, 1e-3);

      // Then
      assertThat(ofTwo.gradientNorm()).isCloseTo(ofOne.gradientNorm(), withinPercentage(1e-3));
      assertThat(ofTwo.losses()).startsWith(ofOne.losses()).endsWith(ofOne.losses());
      assertThat(Arrays.copyOfRange(next.losses(), 2, 4))
          .isEqualTo(Arrays.copyOfRange(next.losses(), 0, 2))
          .isNotEqualTo(ofOne.losses());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "cpu,cpu"})
  void frozenLayersAreTheSameToTheBitAfterTrainingAndSoAreTheirMomentsAndStatistics(
      String devices) {
    // Given
    FrozenLayers frozen = new FrozenLayers(Set.of("conv.0", "rnn.1"));
    Map<String, Tensor> before;
    AdamState optimizerBefore;
    try (TrainableModel whole = TrainableModel.initialise(SMALL, 3, Devices.CPU)) {
      whole.step(BATCH, 1e-2);
      before = whole.parameters();
      optimizerBefore = whole.optimizerState();
    }

    // When
    Map<String, Tensor> after;
    AdamState optimizerAfter;
    try (TrainableModel tuned =
        TrainableModel.restore(
            SMALL,
            before,
            Optional.of(optimizerBefore),
            frozen,
            Devices.resolve(false, Optional.of(devices)))) {
      for (int i = 0; i < 3; i++) {
        assertThat(tuned.step(BATCH, 1e-2).skipped()).isFalse();
      }
      after = tuned.parameters();
      optimizerAfter = tuned.optimizerState();
    }

    // Then
    assertThat(optimizerAfter.step()).isEqualTo(4);
    for (Parameter parameter : SMALL.parameters()) {
      String name = parameter.name();
      boolean kept = name.startsWith("conv.0.") || name.startsWith("rnn.1.");
      assertThat(after.get(name).equals(before.get(name))).as(name).isEqualTo(kept);
      if (parameter.role() == Parameter.Role.TRAINABLE) {
        for (String moment : List.of("exp_avg." + name, "exp_avg_sq." + name)) {
          assertThat(
                  optimizerAfter
                      .moments()
                      .get(moment)
                      .equals(optimizerBefore.moments().get(moment)))
              .as(moment)
              .isEqualTo(kept);
        }
      }
    }
  }

  @Test
  void theGradientsNormCountsTheTrainedParametersAlone() {
    // Given
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    SMALL.parameters().forEach(p -> parameters.put(p.name(), p.initialValues(4)));
    List<String> layers = SMALL.layers();
    FrozenLayers allButTheFirst = new FrozenLayers(Set.copyOf(layers.subList(1, layers.size())));
    FrozenLayers allButTheOutput =
        new FrozenLayers(Set.copyOf(layers.subList(0, layers.size() - 1)));

    // When
    double whole = firstNorm(parameters, FrozenLayers.NONE);
    double first = firstNorm(parameters, allButTheFirst);
    double output = firstNorm(parameters, allButTheOutput);

    // Then
    assertThat(first).isPositive().isLessThan(whole);
    assertThat(output).isPositive().isLessThan(whole).isNotEqualTo(first);
  }

  private static double firstNorm(Map<String, Tensor> parameters, FrozenLayers frozen) {
    try (TrainableModel model =
        TrainableModel.restore(SMALL, parameters, Optional.empty(), frozen, Devices.CPU)) {
      return model.step(BATCH, 1e-3).gradientNorm();
    }
  }

  @Test
  void trainingTheOutputAloneComputesTheLossOfEvaluation() {
    // Given
    List<String> layers = SMALL.layers();
    FrozenLayers frozen = new FrozenLayers(Set.copyOf(layers.subList(0, layers.size() - 1)));
    Map<String, Tensor> learnt;
    try (TrainableModel whole = TrainableModel.initialise(SMALL, 3, Devices.CPU)) {
      for (int i = 0; i < 5; i++) {
        whole.step(BATCH, 1e-2);
      }
      learnt = whole.parameters();
    }
    RaggedBatch alone = Utterances.only(BATCH, 2);

    // When
    float together;
    float single;
    try (TrainableModel one =
            TrainableModel.restore(SMALL, learnt, Optional.empty(), frozen, Devices.CPU);
        TrainableModel other =
            TrainableModel.restore(SMALL, learnt, Optional.empty(), frozen, Devices.CPU)) {
      together = one.step(BATCH, 1e-3).losses()[2];
      single = other.step(alone, 1e-3).losses()[0];
    }

    // Then
    assertThat((double) single).isCloseTo(together, withinPercentage(0.01));
  }

  @Test
  void aFrozenLayerThatTheModelHasNotIsNamed() {
    // Given
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    SMALL.parameters().forEach(p -> parameters.put(p.name(), p.initialValues(4)));
    FrozenLayers frozen = new FrozenLayers(Set.of("rnn.2"));

    // Then
    assertThatThrownBy(
            () -> TrainableModel.restore(SMALL, parameters, Optional.empty(), frozen, Devices.CPU))
        .hasMessage(
            "frozen_layers: \"rnn.2\" given, allowed: conv.0, conv.1, rnn.0, rnn.1, output");
  }

  @Test
  void runningStatisticsAreThoseOfTheFirstDevice() {
    // Given
    RaggedBatch first = Utterances.batch(5, 6, 20, 60, 44);
    RaggedBatch second = Utterances.batch(6, 6, 20, 50, 80);
    try (TrainableModel one = TrainableModel.initialise(SMALL, 8, Devices.CPU);
        TrainableModel two =
            TrainableModel.initialise(SMALL, 8, Devices.resolve(false, Optional.of("cpu,cpu")))) {

      // When
      one.step(first, 1e-3);
      two.step(joined(first, second), 1e-3);

      // Then
      for (Parameter parameter : SMALL.parameters()) {
        Tensor ofOne = one.parameters().get(parameter.name());
        Tensor ofTwo = two.parameters().get(parameter.name());
        if (parameter.role() == Parameter.Role.STATISTIC) {
          assertThat(ofTwo).as(parameter.name()).isEqualTo(ofOne);
        }
      }
      assertThat(two.parameters().get("output.bias"))
          .isNotEqualTo(one.parameters().get("output.bias"));
    }
  }

  @Test
  void severalDevicesResumeFromASnapshotToTheBitAlsoWithFewerUtterancesThanDevices() {
    // Given
    Devices three = Devices.resolve(false, Optional.of("cpu,cpu,cpu"));
    RaggedBatch small = Utterances.batch(9, 6, 20, 70, 41);
    try (TrainableModel uninterrupted = TrainableModel.initialise(SMALL, 3, three)) {
      uninterrupted.step(BATCH, 1e-3);
      Map<String, Tensor> parameters = uninterrupted.parameters();
      AdamState state = uninterrupted.optimizerState();
      uninterrupted.step(small, 1e-3);
      uninterrupted.step(BATCH, 1e-3);

      // When
      try (TrainableModel resumed =
          TrainableModel.restore(SMALL, parameters, Optional.of(state), three)) {
        resumed.step(small, 1e-3);
        resumed.step(BATCH, 1e-3);

        // Then
        assertSameBits(uninterrupted, resumed);
      }
    }
  }

  @Test
  void aStateOfSeveralDevicesIsResumedOnAnotherNumberOfThemAsItIsToTheBit() {
    // Given
    ModelState state;
    try (TrainableModel three = TrainableModel.initialise(SMALL, 3, cpus(3))) {
      three.step(BATCH, 1e-3);
      three.step(BATCH, 1e-3);
      state = three.state();
    }

    for (int devices : new int[] {1, 2, 5}) {
      // When
      try (TrainableModel resumed =
          TrainableModel.restore(
              SMALL, state, FrozenLayers.NONE, StepSettings.DEFAULT, cpus(devices))) {

        // Then
        assertThat(resumed.state()).isEqualTo(state);
        assertThat(resumed.step(BATCH, 1e-3).skipped()).isFalse();
        assertThat(resumed.stepsTaken()).isEqualTo(3);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 8})
  void aDeviceReceivesAtMostTwiceTheBytesOfTheParametersInAStep(int devices) {
    // Given
    RaggedBatch batch = Utterances.batch(3, 6, 20, 60, 60, 60, 60, 60, 60, 60, 60);
    long trained = values(Parameter.Role.TRAINABLE);
    long statistics = values(Parameter.Role.STATISTIC);
    try (TrainableModel model = TrainableModel.initialise(SMALL, 3, cpus(devices))) {

      // When
      model.step(batch, 1e-3);
      long received = model.step(batch, 1e-3).bytesReceived();

      // Then
      long shard = trained / devices;
      assertThat(received)
          .isLessThanOrEqualTo(2L * Float.BYTES * trained)
          .isBetween(
              Float.BYTES * (2L * (devices - 1) * (shard - 16) + statistics),
              Float.BYTES * (2L * (devices - 1) * (shard + 16) + statistics));
    }
  }

  @Test
  void aSingleDeviceReceivesNothing() {
    // Given
    try (TrainableModel model = TrainableModel.initialise(SMALL, 3, Devices.CPU)) {

      // Then
      assertThat(model.step(BATCH, 1e-3).bytesReceived()).isZero();
    }
  }

  private static long values(Parameter.Role role) {
    return SMALL.parameters().stream()
        .filter(p -> p.role() == role)
        .mapToLong(Parameter::size)
        .sum();
  }

  private static Devices cpus(int count) {
    return new Devices(Collections.nCopies(count, Device.cpu()));
  }

  @Test
  void moreDevicesThanValuesToTrainTakeTheStepsOfAFew() {
    // Given
    ModelShape shape = new ModelShape(1, 1, 4, 2);
    List<String> layers = shape.layers();
    FrozenLayers frozen = new FrozenLayers(Set.copyOf(layers.subList(0, layers.size() - 1)));
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    shape.parameters().forEach(p -> parameters.put(p.name(), p.initialValues(4)));
    RaggedBatch batch = Utterances.batch(3, 2, 20, 60);

    // When
    List<Map<String, Tensor>> trained = new ArrayList<>();
    for (int devices : new int[] {1, 20}) {
      try (TrainableModel model =
          TrainableModel.restore(shape, parameters, Optional.empty(), frozen, cpus(devices))) {
        assertThat(model.step(batch, 1e-3).skipped()).isFalse();
        trained.add(model.parameters());
      }
    }

    // Then
    Tensor ofOne = trained.get(0).get("output.bias");
    float[] ofTwenty = trained.get(1).get("output.bias").toFloats();
    assertThat(ofOne).isNotEqualTo(parameters.get("output.bias"));
    for (int i = 0; i < ofTwenty.length; i++) {
      assertThat(ofTwenty[i]).isCloseTo(ofOne.toFloats()[i], within(1e-5f));
    }
  }

  @Test
  void aParameterOfAnotherModelIsNamed() {
    // Given
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    new ModelShape(2, 3, 16, 6)
        .parameters()
        .forEach(p -> parameters.put(p.name(), p.initialValues(1)));

    // When / Then
    assertThatThrownBy(
            () -> TrainableModel.restore(SMALL, parameters, Optional.empty(), Devices.CPU))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining("rnn.2.norm.weight: is not a parameter of ModelShape[");
  }

  @Test
  void aMissingParameterIsNamed() {
    // Given
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    SMALL.parameters().forEach(p -> parameters.put(p.name(), p.initialValues(1)));
    parameters.remove("rnn.1.bias_hh_reverse");

    // When / Then
    assertThatThrownBy(
            () -> TrainableModel.restore(SMALL, parameters, Optional.empty(), Devices.CPU))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining("rnn.1.bias_hh_reverse: \"nothing\" given, allowed: F32 [48]");
  }

  private static RaggedBatch joined(RaggedBatch one, RaggedBatch other) {
    float[] features = join(one.features().toFloats(), other.features().toFloats());
    return new RaggedBatch(
        Tensor.f32(features, features.length / 161, 161),
        join(one.frames(), other.frames()),
        join(one.labels(), other.labels()),
        join(one.labelLengths(), other.labelLengths()));
  }

  private static int[] join(int[] one, int[] other) {
    return IntStream.concat(Arrays.stream(one), Arrays.stream(other)).toArray();
  }

  private static float[] join(float[] one, float[] other) {
    float[] all = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, all, one.length, other.length);
    return all;
  }

  private static void assertSameBits(TrainableModel expected, TrainableModel actual) {
    assertThat(actual.parameters()).isEqualTo(expected.parameters());
    assertThat(actual.optimizerState()).isEqualTo(expected.optimizerState());
  }
}
