package deepspeech.acoustic.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import deepspeech.acoustic.optimizer.AdamSettings;
import deepspeech.acoustic.optimizer.AdamState;
import deepspeech.acoustic.torchscript.OpenManagers;
import deepspeech.acoustic.torchscript.OpenParts;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.Precision;
import deepspeech.messages.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Arrays that are not given back stay in the memory of the device until the process ends. */
class OpenPartsTest {
  private static final ModelShape SMALL = new ModelShape(2, 2, 16, 6);
  private static final RaggedBatch BATCH = Utterances.batch(1, 6, 20, 97, 60, 121, 80);

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "cpu,cpu"})
  void aModelWhoseStateIsRefusedLeavesNothingOpen(String list) throws Exception {
    // Given
    ModelState state = state();
    Map<String, Tensor> moments = new LinkedHashMap<>(state.optimizer().orElseThrow().moments());
    moments.remove("exp_avg.output.bias");
    ModelState incomplete =
        new ModelState(
            state.parameters(), Optional.of(new AdamState(1, moments)), Optional.empty());
    int before = OpenManagers.count();

    // When
    var thrown =
        assertThatThrownBy(
            () ->
                TrainableModel.restore(
                    SMALL, incomplete, FrozenLayers.NONE, StepSettings.DEFAULT, devices(list)));

    // Then
    thrown
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining("exp_avg.output.bias: \"nothing\" given");
    assertThat(OpenManagers.count()).isEqualTo(before);
  }

  /** On a machine without a 64th GPU. */
  @Test
  void aModelThatCannotBeCopiedToItsSecondDeviceLeavesNothingOpen() throws Exception {
    // Given
    ModelState state = state();
    Devices missing = Devices.resolve(true, Optional.of("cpu,gpu:63"), 64);
    int before = OpenManagers.count();

    // When
    var thrown =
        assertThatThrownBy(
            () ->
                TrainableModel.restore(
                    SMALL, state, FrozenLayers.NONE, StepSettings.DEFAULT, missing));

    // Then
    thrown.isInstanceOf(RuntimeException.class);
    assertThat(OpenManagers.count()).isEqualTo(before);
  }

  @Test
  void aReplicaWithoutItsRunningStatisticsLeavesNothingOpen() throws Exception {
    // Given
    Map<String, Tensor> parameters = new LinkedHashMap<>(state().parameters());
    SMALL.parameters().stream()
        .filter(parameter -> parameter.role() == Parameter.Role.STATISTIC)
        .forEach(parameter -> parameters.remove(parameter.name()));
    int before = OpenManagers.count();

    // When
    var thrown = assertThatThrownBy(() -> new Replica(SMALL, parameters, Device.cpu()));

    // Then
    thrown.isInstanceOf(NullPointerException.class);
    assertThat(OpenManagers.count()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({"cpu, false", "cpu;cpu;cpu, false", "cpu;cpu;cpu, true"})
  void aModelThatIsClosedInsideAStepLeavesNothingOpen(String list, boolean synchronised)
      throws Exception {
    // Given
    StepSettings settings =
        new StepSettings(
            AdamSettings.DEFAULT, false, 0.9, new Dropout(0.3, 1), synchronised, Precision.F32);
    ModelState state = state();
    int before = OpenManagers.count();
    try (TrainableModel model =
        TrainableModel.restore(
            SMALL, state, FrozenLayers.NONE, settings, devices(list.replace(';', ',')))) {
      int opened = OpenManagers.count();

      // When
      model.add(BATCH);
      model.step(BATCH, 1e-3);
      model.add(BATCH);
      model.discard();
      model.logProbabilities(BATCH);

      // Then
      assertThat(OpenManagers.count()).isEqualTo(opened).isGreaterThan(before);
      model.add(BATCH);
    }
    assertThat(OpenManagers.count()).isEqualTo(before);
  }

  @Test
  void partsAreClosedFromTheLastOneToTheFirst() {
    // Given
    StringBuilder closed = new StringBuilder();
    OpenParts parts = new OpenParts();
    AutoCloseable first = parts.add(() -> closed.append("first"));
    AutoCloseable second = parts.add(() -> closed.append("second "));

    // When
    parts.close();
    parts.close();

    // Then
    assertThat(first).isNotSameAs(second);
    assertThat(closed).hasToString("second first");
  }

  private static ModelState state() {
    try (TrainableModel model = TrainableModel.initialise(SMALL, 1, Devices.CPU)) {
      return model.state();
    }
  }

  private static Devices devices(String list) {
    return Devices.resolve(false, Optional.of(list));
  }
}
