package deepspeech.broker.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.EnvironmentVariables;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TracingConfigurationTest {
  private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";

  @RegisterExtension
  static final OpenTelemetryExtension TELEMETRY = OpenTelemetryExtension.create();

  @Test
  void withoutAnEndpointNothingIsSetAndNoSpanIsMadeWhateverTheOtherSettings() {
    // Given
    TracingConfiguration configuration =
        read(Map.of("OTEL_TRACES_SAMPLER", "wrong", "OTEL_EXPORTER_OTLP_HEADERS", "wrong"));

    // When
    Span span = configuration.tracing(TELEMETRY.getOpenTelemetry()).span("step").startSpan();

    // Then
    assertThat(configuration.quarkusProperties()).isEmpty();
    assertThat(span.getSpanContext().isValid()).isFalse();
  }

  @Test
  void anEndpointSwitchesTracesOnAndTheRestIsHandedOn() {
    // Given
    TracingConfiguration configuration =
        read(
            Map.of(
                ENDPOINT,
                "https://collector.example:4317",
                "OTEL_EXPORTER_OTLP_PROTOCOL",
                "grpc",
                "OTEL_EXPORTER_OTLP_HEADERS",
                "authorization=Bearer x,team=asr",
                "OTEL_SERVICE_NAME",
                "trainer-a",
                "OTEL_TRACES_SAMPLER",
                "parentbased_traceidratio",
                "OTEL_TRACES_SAMPLER_ARG",
                "0.01"));

    // When
    Span span = configuration.tracing(TELEMETRY.getOpenTelemetry()).span("step").startSpan();

    // Then
    assertThat(configuration.quarkusProperties())
        .containsOnly(
            Map.entry("quarkus.otel.sdk.disabled", "false"),
            Map.entry("quarkus.otel.exporter.otlp.endpoint", "https://collector.example:4317"),
            Map.entry("quarkus.otel.exporter.otlp.protocol", "grpc"),
            Map.entry("quarkus.otel.exporter.otlp.headers", "authorization=Bearer x,team=asr"),
            Map.entry("quarkus.otel.service.name", "trainer-a"));
    assertThat(span.getSpanContext().isSampled()).isTrue();
  }

  @Test
  void anEndpointThatIsNoAddressIsRefusedWithWhatIsAllowed() {
    // Then
    assertRefused(
        Map.of(ENDPOINT, "localhost:4318"),
        "OTEL_EXPORTER_OTLP_ENDPOINT: \"localhost:4318\" given, allowed: http:// or https:// with"
            + " host and port, such as http://localhost:4318");
    assertRefused(
        Map.of(ENDPOINT, "http://a b"),
        "OTEL_EXPORTER_OTLP_ENDPOINT: \"http://a b\" given, allowed: http:// or https:// with"
            + " host and port, such as http://localhost:4318");
    assertRefused(
        Map.of(ENDPOINT, "http:///v1"),
        "OTEL_EXPORTER_OTLP_ENDPOINT: \"http:///v1\" given, allowed: http:// or https:// with"
            + " host and port, such as http://localhost:4318");
  }

  @Test
  void anythingElseThatIsWrongIsRefusedToo() {
    // Then
    assertRefused(
        with("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json"),
        "OTEL_EXPORTER_OTLP_PROTOCOL: \"http/json\" given, allowed: http/protobuf, grpc");
    assertRefused(
        with("OTEL_TRACES_SAMPLER", "some"),
        "OTEL_TRACES_SAMPLER: \"some\" given, allowed: always_on, always_off, traceidratio,"
            + " parentbased_always_on, parentbased_always_off, parentbased_traceidratio");
    assertRefused(
        with("OTEL_TRACES_SAMPLER_ARG", "1.5"),
        "OTEL_TRACES_SAMPLER_ARG: \"1.5\" given, allowed: a number from 0 to 1");
    assertRefused(
        with("OTEL_TRACES_SAMPLER_ARG", "half"),
        "OTEL_TRACES_SAMPLER_ARG: \"half\" given, allowed: a number from 0 to 1");
  }

  @Test
  void aHeaderIsRefusedWithoutTellingItsValue() {
    // When
    var thrown =
        assertThatThrownBy(() -> read(with("OTEL_EXPORTER_OTLP_HEADERS", "team=asr,=the-secret")));

    // Then
    thrown
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageStartingWith("OTEL_EXPORTER_OTLP_HEADERS: ")
        .hasMessageEndingWith("allowed: name=value, separated by commas")
        .hasMessageNotContaining("the-secret");
  }

  private static Map<String, String> with(String name, String value) {
    Map<String, String> environment = new HashMap<>();
    environment.put(ENDPOINT, "http://localhost:4318");
    environment.put(name, value);
    return environment;
  }

  private static TracingConfiguration read(Map<String, String> environment) {
    return TracingConfiguration.of(new EnvironmentVariables(environment));
  }

  private static void assertRefused(Map<String, String> environment, String line) {
    assertThatThrownBy(() -> read(environment))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage(line);
  }
}
