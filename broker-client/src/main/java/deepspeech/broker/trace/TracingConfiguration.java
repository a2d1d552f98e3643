package deepspeech.broker.trace;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.EnvironmentVariables;
import io.opentelemetry.api.OpenTelemetry;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether a service exports its traces, and to which endpoint. It is read from the variables of the
 * OpenTelemetry specification (Environment Variable Specification; OTLP Exporter Configuration).
 *
 * @param endpoint of an OTLP receiver; empty to export none
 * @param protocol {@code http/protobuf} or {@code grpc}
 * @param headers of each export, {@code name=value} joined by commas; empty for none
 * @param serviceName in the traces; empty for the service's own name
 */
public record TracingConfiguration(
    Optional<URI> endpoint,
    String protocol,
    Optional<String> headers,
    Optional<String> serviceName) {
  private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";
  private static final String PROTOCOL = "OTEL_EXPORTER_OTLP_PROTOCOL";
  private static final String HEADERS = "OTEL_EXPORTER_OTLP_HEADERS";
  private static final String SERVICE_NAME = "OTEL_SERVICE_NAME";
  private static final String SAMPLER = "OTEL_TRACES_SAMPLER";
  private static final String RATIO = "OTEL_TRACES_SAMPLER_ARG";

  private static final String ADDRESS =
      "http:// or https:// with host and port, such as http://localhost:4318";
  private static final List<String> PROTOCOLS = List.of("http/protobuf", "grpc");
  private static final List<String> SAMPLERS =
      List.of(
          "always_on",
          "always_off",
          "traceidratio",
          "parentbased_always_on",
          "parentbased_always_off",
          "parentbased_traceidratio");

  /**
   * Reads the environment variables. The sampler is only checked here; the SDK reads it itself.
   *
   * @throws InvalidMessageException naming the variable, the value and what is allowed
   */
  public static TracingConfiguration of(EnvironmentVariables environment) {
    Optional<URI> endpoint = environment.text(ENDPOINT).map(TracingConfiguration::address);
    Optional<String> headers = environment.text(HEADERS);
    if (endpoint.isPresent()) {
      headers.ifPresent(TracingConfiguration::requireHeaders);
      environment.text(SAMPLER).ifPresent(sampler -> requireOneOf(SAMPLER, sampler, SAMPLERS));
      environment.text(RATIO).ifPresent(TracingConfiguration::requireRatio);
    }
    String protocol = environment.text(PROTOCOL, PROTOCOLS.get(0));
    if (endpoint.isPresent()) {
      requireOneOf(PROTOCOL, protocol, PROTOCOLS);
    }
    return new TracingConfiguration(endpoint, protocol, headers, environment.text(SERVICE_NAME));
  }

  /** The configuration under Quarkus's own property names; empty if no traces are exported. */
  public Map<String, String> quarkusProperties() {
    Map<String, String> properties = new HashMap<>();
    endpoint.ifPresent(
        address -> {
          properties.put("quarkus.otel.sdk.disabled", "false");
          properties.put("quarkus.otel.exporter.otlp.endpoint", address.toString());
          properties.put("quarkus.otel.exporter.otlp.protocol", protocol);
          headers.ifPresent(list -> properties.put("quarkus.otel.exporter.otlp.headers", list));
          serviceName.ifPresent(name -> properties.put("quarkus.otel.service.name", name));
        });
    return properties;
  }

  /**
   * Creates the tracing of the service.
   *
   * @param telemetry of the service; not used if no traces are exported
   */
  public Tracing tracing(OpenTelemetry telemetry) {
    return endpoint.isPresent() ? new Tracing(telemetry) : Tracing.off();
  }

  private static URI address(String text) {
    URI address;
    try {
      address = new URI(text.strip());
    } catch (URISyntaxException e) {
      throw new InvalidMessageException(
          InvalidMessageException.field(ENDPOINT, text, ADDRESS).getMessage(), e);
    }
    boolean http = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
    InvalidMessageException.require(http && address.getHost() != null, ENDPOINT, text, ADDRESS);
    return address;
  }

  private static void requireHeaders(String list) {
    for (String header : list.split(",", -1)) {
      // A header may be a secret, so the message shows its name only.
      String name = header.split("=", 2)[0].strip();
      InvalidMessageException.require(
          header.contains("=") && !name.isEmpty(),
          HEADERS,
          name + "…",
          "name=value, separated by commas");
    }
  }

  private static void requireOneOf(String variable, String value, List<String> allowed) {
    InvalidMessageException.require(
        allowed.contains(value), variable, value, String.join(", ", allowed));
  }

  private static void requireRatio(String text) {
    String allowed = "a number from 0 to 1";
    try {
      double ratio = Double.parseDouble(text);
      InvalidMessageException.require(ratio >= 0 && ratio <= 1, RATIO, text, allowed);
    } catch (NumberFormatException e) {
      throw new InvalidMessageException(
          InvalidMessageException.field(RATIO, text, allowed).getMessage(), e);
    }
  }
}
