package deepspeech.messages.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import deepspeech.messages.Json;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An earlier version refuses a run with an argument that it does not know. */
class AddedArgumentsTest {
  @Test
  void anAddedArgumentIsInMessagesOnlyIfItHasAnotherValueThanItsDefault() {
    // Given
    TrainingConfiguration defaults = TrainingConfiguration.defaults();

    // When
    JsonNode same = Json.toTree(defaults.with(Map.of("weight_decay", "5e-4")));
    JsonNode other = Json.toTree(defaults.with(Map.of("weight_decay", 0)));

    // Then
    assertThat(same.has("weight_decay")).isFalse();
    assertThat(same.has("learning_rate")).isTrue();
    assertThat(other.path("weight_decay").asDouble(-1)).isZero();
  }

  @Test
  void aRunThatCannotEndEarlyIsReadByEarlierVersions() {
    // When
    JsonNode never = Json.toTree(TrainingConfiguration.of(Map.of("early_stop_patience", 0)));
    JsonNode patient = Json.toTree(TrainingConfiguration.of(Map.of("early_stop_patience", 3)));

    // Then
    assertThat(never).isEqualTo(Json.toTree(TrainingConfiguration.defaults()));
    assertThat(never.has("early_stop_patience")).isFalse();
    assertThat(never.has("early_stop_epoch")).isFalse();
    assertThat(patient.path("early_stop_patience").asInt()).isEqualTo(3);
  }

  @Test
  void aConfigurationIsReadAsItWasWritten() {
    // Given
    TrainingConfiguration written =
        TrainingConfiguration.of(Map.of("gradient_clip", 100, "adam_beta1", 0.9));

    // When
    TrainingConfiguration read = Json.read(Json.write(written), TrainingConfiguration.class);

    // Then
    assertThat(read).isEqualTo(written);
    assertThat(read.optimizer()).isEqualTo(new OptimizerArguments(0.9, 0.999, 1e-8, 5e-4, 100));
    assertThat(read.asMap()).containsEntry("gradient_clip", 100.0).containsKey("weight_decay");
  }
}
