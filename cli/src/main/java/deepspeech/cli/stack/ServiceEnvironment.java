package deepspeech.cli.stack;

import deepspeech.embedded.EmbeddedS3;
import deepspeech.objectstore.ObjectStoreConfiguration;
import java.util.Map;
import java.util.TreeMap;

/**
 * The environment variables of the services of a local stack.
 *
 * @param settings of the stack
 * @param given variables for all services, which those of the stack override
 */
record ServiceEnvironment(StackSettings settings, Map<String, String> given) {
  /** The variables of one service. */
  Map<String, String> of(ServiceInstance instance, String bootstrapServers, EmbeddedS3 s3) {
    Map<String, String> environment = ofBroker(bootstrapServers);
    // The dashboard reads only topics.
    if (!instance.isDashboard()) {
      environment.put("DEEPSPEECH_S3_ENDPOINT", s3.endpoint().toString());
      environment.put("DEEPSPEECH_S3_ACCESS_KEY", s3.accessKey());
      environment.put("DEEPSPEECH_S3_SECRET_KEY", s3.secretKey());
      ObjectStoreConfiguration.OF_ANOTHER_STORE.forEach(name -> environment.put(name, ""));
      environment.put("DEEPSPEECH_S3_BUCKET", LocalStack.BUCKET);
      environment.put("DEEPSPEECH_DATASET_ROOT", settings.datasetRoot().toString());
    }
    environment.put(
        "DEEPSPEECH_WORK_DIR", settings.data().resolve("work").resolve(instance.name()).toString());
    // A replica that restarts under the same name gets its requests back at once, and the trainer
    // gets its run back.
    environment.put("DEEPSPEECH_DATA_PREP_INSTANCE_ID", instance.name());
    environment.put("DEEPSPEECH_TRAINER_INSTANCE_ID", instance.name());
    environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
    environment.put("QUARKUS_HTTP_PORT", Integer.toString(instance.httpPort()));
    if (instance.isDashboard()) {
      environment.put("QUARKUS_MANAGEMENT_HOST", "127.0.0.1");
      environment.put("QUARKUS_MANAGEMENT_PORT", Integer.toString(instance.managementPort()));
    }
    return environment;
  }

  /** The variables of a program that uses the broker only. */
  Map<String, String> ofBroker(String bootstrapServers) {
    Map<String, String> environment = new TreeMap<>(given);
    environment.put("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers);
    // Otherwise glibc keeps a memory arena for each thread, which takes hundreds of MB in a
    // trainer.
    environment.put("MALLOC_ARENA_MAX", "2");
    return environment;
  }
}
