package deepspeech.messages.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CommandTest {
  private static final RunId RUN = new RunId("demo");

  static List<Command> commands() {
    return List.of(
        new Command.Train(RUN, TrainingConfiguration.of(Map.of("num_epoch", 6))),
        new Command.Train(RUN, null),
        new Command.Resume(RUN, Map.of("num_epoch", 60, "resume_model", "epoch-0050")),
        new Command.Resume(RUN, null),
        new Command.FineTune(RUN, TrainingConfiguration.of(Map.of("pretrained_model", "a/best"))),
        new Command.Stop(RUN),
        new Command.Evaluate(RUN, CheckpointId.endOfEpoch(3)),
        new Command.Pin(RUN, CheckpointId.endOfEpoch(3)),
        new Command.Unpin(RUN, CheckpointId.endOfEpoch(3)));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void aCommandComesBackAsItWasAndIsNamedInJson(Command command) {
    // When
    String json = Json.writeText(command);

    // Then
    assertThat(Json.read(json, Command.class)).isEqualTo(command);
    assertThat(json).startsWith("{\"command\":\"" + command.name() + "\",\"run\":\"demo\"");
    assertThat(command.eventType()).isEqualTo("deepspeech.command." + command.name());
  }

  @Test
  void aTrainCommandNeedsNothingButTheRun() {
    // When
    Command command = Json.read("{\"command\":\"train\",\"run\":\"demo\"}", Command.class);

    // Then
    assertThat(command).isEqualTo(new Command.Train(RUN, TrainingConfiguration.defaults()));
  }

  @Test
  void resumeContinuesFromTheLatestCheckpointUnlessAnotherIsNamed() {
    // When
    Command.Resume latest = new Command.Resume(RUN, Map.of());
    Command.Resume named = new Command.Resume(RUN, Map.of("resume_model", "best"));

    // Then
    assertThat(latest.from()).hasToString("latest");
    assertThat(named.from()).hasToString("best");
  }

  @Test
  void whatANewRunBeginsFromMustBeOfAnotherRun() {
    // Given
    TrainingConfiguration own = TrainingConfiguration.of(Map.of("resume_model", "latest"));

    // When
    var train = assertThatThrownBy(() -> new Command.Train(RUN, own));
    var fineTune = assertThatThrownBy(() -> new Command.FineTune(RUN, own));

    // Then
    String line =
        "resume_model: \"latest\" given, allowed: <run>/<checkpoint>, because a new run has no"
            + " checkpoint of its own";
    train.isInstanceOf(InvalidMessageException.class).hasMessage(line);
    fineTune.isInstanceOf(InvalidMessageException.class).hasMessage(line);
  }

  @Test
  void fineTuningNeedsAModel() {
    // When
    var thrown =
        assertThatThrownBy(() -> new Command.FineTune(RUN, TrainingConfiguration.defaults()));

    // Then
    thrown.hasMessage(
        "resume_model: null given, allowed: <run>/<checkpoint>, here or as pretrained_model");
  }

  @Test
  void whatAResumeGivesIsNotComparedWithTheDefaultsOfWhatItDoesNotGive() {
    // When
    Command.Resume resume =
        new Command.Resume(
            RUN, Map.of("devices", "cpu,cpu", "frozen_layers", "rnn.4", "min_duration", 25));

    // Then
    assertThat(resume.configuration()).containsEntry("frozen_layers", "rnn.4").hasSize(3);
  }

  @Test
  void resumingWithAnImpossibleArgumentIsRefused() {
    // When
    var thrown = assertThatThrownBy(() -> new Command.Resume(RUN, Map.of("num_epoch", 0)));

    // Then
    thrown.hasMessage("num_epoch: 0 given, allowed: a whole number from 1 to 10000");
  }
}
