#!/usr/bin/env bash
# Strimzi's Java models (io.strimzi:api 0.51.0): reading and writing a resource changes its apiVersion, and in the opposite
# direction for different kinds. A Kafka or KafkaNodePool of kafka.strimzi.io/v1 is written as v1beta2; a KafkaTopic or
# KafkaUser of v1beta2 is written as v1. Nothing is reported.
#
# Expected: that a model writes the apiVersion that it has read, or refuses one that it does not serve.
#
# Seen:
#   Kafka v1 -> kafka.strimzi.io/v1beta2
#   Kafka v1beta2 -> kafka.strimzi.io/v1beta2
#   KafkaNodePool v1 -> kafka.strimzi.io/v1beta2
#   KafkaNodePool v1beta2 -> kafka.strimzi.io/v1beta2
#   KafkaTopic v1 -> kafka.strimzi.io/v1
#   KafkaTopic v1beta2 -> kafka.strimzi.io/v1
#   KafkaUser v1 -> kafka.strimzi.io/v1
#   KafkaUser v1beta2 -> kafka.strimzi.io/v1
#
# Needs a JDK (17 or later) and Maven; takes io.strimzi:api 0.51.0 from Maven Central.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > pom.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>io.strimzi</groupId><artifactId>api</artifactId><version>0.51.0</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.17</version></dependency>
  </dependencies>
</project>
POM

cat > Versions.java <<'JAVA'
import com.fasterxml.jackson.databind.ObjectMapper;
import io.strimzi.api.kafka.model.kafka.Kafka;
import io.strimzi.api.kafka.model.nodepool.KafkaNodePool;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import io.strimzi.api.kafka.model.user.KafkaUser;
import java.util.List;

public class Versions {
  public static void main(String[] arguments) throws Exception {
    ObjectMapper json = new ObjectMapper();
    for (Class<?> kind : List.of(Kafka.class, KafkaNodePool.class, KafkaTopic.class, KafkaUser.class)) {
      for (String version : List.of("v1", "v1beta2")) {
        String text =
            "{\"apiVersion\":\"kafka.strimzi.io/%s\",\"kind\":\"%s\",\"metadata\":{\"name\":\"demo\"},\"spec\":{}}"
                .formatted(version, kind.getSimpleName());
        var written = json.valueToTree(json.readValue(text, kind));
        System.out.println(
            kind.getSimpleName() + " " + version + " -> " + written.path("apiVersion").asText());
      }
    }
  }
}
JAVA

mvn -q dependency:build-classpath -Dmdep.outputFile=classpath >&2
java -cp "$(cat classpath)" Versions.java | tee seen
diff seen - <<'SEEN'
Kafka v1 -> kafka.strimzi.io/v1beta2
Kafka v1beta2 -> kafka.strimzi.io/v1beta2
KafkaNodePool v1 -> kafka.strimzi.io/v1beta2
KafkaNodePool v1beta2 -> kafka.strimzi.io/v1beta2
KafkaTopic v1 -> kafka.strimzi.io/v1
KafkaTopic v1beta2 -> kafka.strimzi.io/v1
KafkaUser v1 -> kafka.strimzi.io/v1
KafkaUser v1beta2 -> kafka.strimzi.io/v1
SEEN
