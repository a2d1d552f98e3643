package deepspeech.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.EnvironmentVariables;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.topic.TopicDefinition;
import deepspeech.messages.topic.TopicLayout;
import deepspeech.messages.topic.Topics;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicLayoutVariablesTest {
  @Test
  void withoutVariablesNamesAndReplicationAreThoseOfTheDefinitions() {
    // Given
    TopicDefinition features = Topics.features(new RunId("zh-1"), Split.TRAIN);

    // When
    TopicLayout layout = TopicLayoutVariables.read(new EnvironmentVariables(Map.of()));

    // Then
    assertThat(layout).isEqualTo(TopicLayout.DEFAULT);
    assertThat(layout.name(Topics.COMMANDS)).isEqualTo("deepspeech.commands");
    assertThat(layout.featureTopic(features)).isEqualTo(features);
  }

  @Test
  void thePrefixBeginsEveryNameAndIsRemovedFromThoseOfThisInstallationOnly() {
    // Given
    TopicLayout layout = layout(Map.of("DEEPSPEECH_KAFKA_PREFIX", "team-a."));

    // When
    String name = layout.name(Topics.COMMANDS);

    // Then
    assertThat(name).isEqualTo("team-a.deepspeech.commands");
    assertThat(layout.withoutPrefix(name)).contains(Topics.COMMANDS);
    assertThat(layout.withoutPrefix("team-b.deepspeech.commands")).isEmpty();
    assertThat(layout.withoutPrefix(Topics.COMMANDS)).isEmpty();
  }

  @Test
  void featureTopicsWithTheirOwnReplicationNeedOneReplicaForAWrite() {
    // Given
    TopicLayout layout =
        layout(Map.of("DEEPSPEECH_KAFKA_PREFIX", "a.", "DEEPSPEECH_FEATURE_REPLICATION", "1"));

    // When
    TopicDefinition topic = layout.featureTopic(Topics.features(new RunId("zh-1"), Split.TEST));

    // Then
    assertThat(topic.name()).isEqualTo("a.deepspeech.features.zh-1.test");
    assertThat(topic.replication()).isEqualTo(OptionalInt.of(1));
    assertThat(topic.configuration())
        .containsEntry("min.insync.replicas", "1")
        .containsEntry("retention.ms", "-1");
  }

  @ParameterizedTest
  @CsvSource({
    "DEEPSPEECH_KAFKA_PREFIX, team/a",
    "DEEPSPEECH_KAFKA_PREFIX, 'team a'",
    "DEEPSPEECH_TOPIC_OWNER, strimzi",
    "DEEPSPEECH_FEATURE_REPLICATION, 0"
  })
  void aWrongValueIsNamedWithItsVariable(String variable, String value) {
    // Given
    Map<String, String> variables = Map.of(variable, value);

    // When
    var thrown = assertThatThrownBy(() -> layout(variables));

    // Then
    thrown
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageStartingWith("%s: \"%s\" given, allowed: ", variable, value);
  }

  private static TopicLayout layout(Map<String, String> variables) {
    return TopicLayoutVariables.read(new EnvironmentVariables(variables));
  }
}
