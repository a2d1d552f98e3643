package deepspeech.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BrokerExceptionTest {
  private static final BrokerConfiguration BROKER = BrokerConfiguration.of("kafka:9092");

  @Test
  void missingTopicRightsNameTheTopicAndTheOperation() {
    // Given
    var refused = new TopicAuthorizationException(Set.of("deepspeech.runs"));

    // When
    BrokerException e = BrokerException.onTopic("deepspeech.runs", "CREATE", BROKER, refused);

    // Then
    assertThat(e)
        .hasMessage(
            "topic deepspeech.runs: broker kafka:9092 denies this client the operation CREATE:"
                + " grant it")
        .hasCause(refused);
  }

  static Stream<Exception> failures() {
    return Stream.of(
        new ClusterAuthorizationException("Cluster authorization failed.\nsecond line"),
        new TopicAuthorizationException(Set.of("t")),
        new SaslAuthenticationException("Invalid username or password\nsecond line"),
        new TimeoutException("Call(callName=x)\nsecond line"),
        new UnknownTopicOrPartitionException(),
        new RecordTooLargeException("1200000 bytes\nsecond line"),
        new IllegalStateException("one\ntwo"),
        new IllegalStateException());
  }

  @ParameterizedTest
  @MethodSource("failures")
  void everyFailureIsOneLineThatNamesTheBroker(Exception failure) {
    // When
    BrokerException e =
        BrokerException.onTopic("t", "WRITE", BROKER, new ExecutionException(failure));

    // Then
    assertThat(e.getMessage()).hasLineCount(1).contains("kafka:9092");
    assertThat(e).hasCause(failure);
  }
}
