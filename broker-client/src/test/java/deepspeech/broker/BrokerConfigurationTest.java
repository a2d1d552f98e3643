package deepspeech.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.InvalidMessageException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerConfigurationTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "localhost:",
        "localhost:0",
        "localhost:65536",
        "localhost:9092,",
        "a b:9092"
      })
  void anAddressThatIsNotHostAndPortIsNamedInOneLine(String address) {
    // When
    var thrown = assertThatThrownBy(() -> BrokerConfiguration.of(address));

    // Then
    thrown
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage(
            "bootstrap_servers: \"%s\" given, allowed: host:port, or several separated by commas",
            address);
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost:9092", "kafka-0.kafka:9092,kafka-1.kafka:9092", "[::1]:9092"})
  void theFormsOfAnAddressThatKafkaTakesAreTaken(String address) {
    // When
    BrokerConfiguration configuration = BrokerConfiguration.of(address);

    // Then
    assertThat(configuration.client(Map.of())).containsEntry("bootstrap.servers", address);
  }

  @Test
  void whatAClientNeedsForItsJobWinsOverTheOperatorsProperties() {
    // Given
    BrokerConfiguration configuration =
        new BrokerConfiguration(
            "localhost:9092", Map.of("acks", "0", "security.protocol", "SASL_SSL"));

    // When
    Map<String, Object> client = configuration.client(Map.of("acks", "all"));

    // Then
    assertThat(client).containsEntry("acks", "all").containsEntry("security.protocol", "SASL_SSL");
  }

  @Test
  void theAddressCannotBeGivenTwice() {
    // Given
    Map<String, String> properties = Map.of("bootstrap.servers", "elsewhere:9092");

    // When
    var thrown = assertThatThrownBy(() -> new BrokerConfiguration("localhost:9092", properties));

    // Then
    thrown
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining("bootstrap.servers")
        .message()
        .hasLineCount(1);
  }

  @Test
  void itsTextShowsNoPassword() {
    // Given
    BrokerConfiguration configuration =
        new BrokerConfiguration("localhost:9092", Map.of("sasl.jaas.config", "password=secret"));

    // When
    String text = configuration.toString();

    // Then
    assertThat(text).contains("sasl.jaas.config").doesNotContain("secret");
  }
}
