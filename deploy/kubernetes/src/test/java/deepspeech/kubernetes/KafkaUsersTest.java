package deepspeech.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The users of Kafka and what they may do. */
class KafkaUsersTest {
  @Test
  void eachUserHasTheRightsThatItsServiceNeedsAndNoOther() {
    // When
    Map<String, Set<String>> rights = new TreeMap<>();
    for (RenderedResource user : Kustomization.overlay("production").ofKind("KafkaUser")) {
      rights.put(user.name(), rights(user));
    }

    // Then
    assertThat(rights).containsExactlyInAnyOrderEntriesOf(ExpectedRights.all());
  }

  @Test
  void eachUserHasAPasswordAndQuotas() {
    // When
    RenderedResources production = Kustomization.overlay("production");

    // Then
    assertThat(production.ofKind("KafkaUser"))
        .allSatisfy(
            user -> {
              assertThat(user.at("/spec/authentication/type").asText()).isEqualTo("scram-sha-512");
              assertThat(user.at("/spec/quotas/producerByteRate").asLong()).isPositive();
              assertThat(user.at("/spec/quotas/consumerByteRate").asLong()).isPositive();
            });
  }

  @Test
  void eachServiceSignsInAsItsOwnUser() {
    // Given
    RenderedResources production = Kustomization.overlay("production");

    // Then
    assertThat(production.services())
        .hasSize(4)
        .allSatisfy(
            service -> {
              Map<String, String> environment = production.environment(service);
              assertThat(environment)
                  .containsEntry("KAFKA_SECURITY_PROTOCOL", "SASL_SSL")
                  .containsEntry("KAFKA_SASL_MECHANISM", "SCRAM-SHA-512")
                  .containsEntry(
                      "KAFKA_SASL_JAAS_CONFIG",
                      "deepspeech-%s/sasl.jaas.config".formatted(service.name()));
              production.get("KafkaUser", "deepspeech-" + service.name());
            });
  }

  private static Set<String> rights(RenderedResource user) {
    Set<String> rights = new TreeSet<>();
    for (JsonNode acl : user.at("/spec/authorization/acls")) {
      JsonNode resource = acl.path("resource");
      String name =
          "%s %s%s"
              .formatted(
                  resource.path("type").asText(),
                  resource.path("name").asText(),
                  resource.path("patternType").asText("literal").equals("prefix") ? "*" : "");
      for (JsonNode operation : acl.path("operations")) {
        assertThat(rights.add(name + " " + operation.asText())).as(name).isTrue();
      }
    }
    return rights;
  }
}
