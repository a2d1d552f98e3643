package deepspeech.dataprep.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.EnvironmentVariables;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataPrepConfigurationTest {
  @TempDir private Path folder;

  @Test
  void onlyTheBrokerAndTheDatasetRootAreRequired() {
    // Given
    Map<String, String> environment = environment();
    // When
    DataPrepConfiguration configuration =
        DataPrepConfiguration.of(new EnvironmentVariables(environment));
    // Then
    int cores = Runtime.getRuntime().availableProcessors();
    assertThat(configuration.broker().bootstrapServers()).isEqualTo("kafka:9092");
    assertThat(configuration.datasetRoot()).contains(folder);
    assertThat(configuration.threads()).isEqualTo(cores);
    assertThat(configuration.concurrentRequests()).isEqualTo(cores + 1);
    assertThat(configuration.instanceId()).isEmpty();
  }

  @Test
  void theEnvironmentCanChangeTheRest() {
    // Given
    Map<String, String> environment = environment();
    environment.put("DEEPSPEECH_DATA_PREP_THREADS", "5");
    environment.put("DEEPSPEECH_DATA_PREP_REQUESTS", "3");
    environment.put("DEEPSPEECH_DATA_PREP_INSTANCE_ID", "data-prep-7");
    environment.put("DEEPSPEECH_FURTHER_ROOTS", "/, " + folder + ",");
    // When
    DataPrepConfiguration configuration =
        DataPrepConfiguration.of(new EnvironmentVariables(environment));
    // Then
    assertThat(configuration.threads()).isEqualTo(5);
    assertThat(configuration.concurrentRequests()).isEqualTo(3);
    assertThat(configuration.instanceId()).contains("data-prep-7");
    assertThat(configuration.furtherRoots()).containsExactly(Path.of("/"), folder);
  }

  @Test
  void whatIsMissingOrWrongIsNamed() {
    // Given
    Map<String, String> environment = environment();
    environment.put("DEEPSPEECH_DATASET_ROOT", folder.resolve("nowhere").toString());
    // When
    // Then
    assertThatThrownBy(() -> DataPrepConfiguration.of(new EnvironmentVariables(environment)))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage(
            "DEEPSPEECH_DATASET_ROOT: \"%s\" given, allowed: an existing folder",
            folder.resolve("nowhere"));
    Map<String, String> further = environment();
    further.put("DEEPSPEECH_FURTHER_ROOTS", folder.resolve("nowhere").toString());
    assertThatThrownBy(() -> DataPrepConfiguration.of(new EnvironmentVariables(further)))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage(
            "DEEPSPEECH_FURTHER_ROOTS: \"%s\" given, allowed: existing folders, joined by commas",
            folder.resolve("nowhere"));
    environment.remove("DEEPSPEECH_DATASET_ROOT");
    assertThatThrownBy(() -> DataPrepConfiguration.of(new EnvironmentVariables(environment)))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage(
            "DEEPSPEECH_DATASET_ROOT: not set, allowed: an existing folder, or none if DEEPSPEECH_S3_ENDPOINT is set");
  }

  @Test
  void withAStoreNoDatasetRootIsNeeded() {
    // Given
    Map<String, String> environment = environment();
    environment.remove("DEEPSPEECH_DATASET_ROOT");
    environment.put("DEEPSPEECH_S3_ENDPOINT", "http://store:9000");
    environment.put("DEEPSPEECH_S3_ACCESS_KEY", "id");
    environment.put("DEEPSPEECH_S3_SECRET_KEY", "secret");
    // When
    DataPrepConfiguration configuration =
        DataPrepConfiguration.of(new EnvironmentVariables(environment));
    // Then
    assertThat(configuration.datasetRoot()).isEmpty();
    assertThat(configuration.objectStore()).isPresent();
    environment.put("DEEPSPEECH_FURTHER_ROOTS", folder.toString());
    assertThatThrownBy(() -> DataPrepConfiguration.of(new EnvironmentVariables(environment)))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageStartingWith("DEEPSPEECH_FURTHER_ROOTS: ")
        .hasMessageEndingWith("allowed: none, because DEEPSPEECH_DATASET_ROOT is not set");
  }

  private Map<String, String> environment() {
    return new HashMap<>(
        Map.of(
            "KAFKA_BOOTSTRAP_SERVERS", "kafka:9092", "DEEPSPEECH_DATASET_ROOT", folder.toString()));
  }
}
