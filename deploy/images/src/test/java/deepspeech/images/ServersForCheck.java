package deepspeech.images;

import deepspeech.embedded.EmbeddedKafka;
import deepspeech.embedded.EmbeddedS3;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A broker and a store for {@code deploy/images/check}, without services. It runs until its
 * standard input ends.
 */
final class ServersForCheck {
  private static final String BUCKET = "deepspeech";

  private ServersForCheck() {}

  /**
   * Starts the servers on free ports.
   *
   * @param arguments folder of their data; a file that gets the variables for the services, one a
   *     line, when both servers are ready
   */
  public static void main(String... arguments) throws IOException {
    Path data = Path.of(arguments[0]);
    try (EmbeddedKafka broker = EmbeddedKafka.start(data.resolve("kafka"), 0);
        EmbeddedS3 store = EmbeddedS3.start(data.resolve("s3"), 0)) {
      store.createBucket(BUCKET);
      Path file = Path.of(arguments[1]);
      Path unfinished = file.resolveSibling(file.getFileName() + ".part");
      Files.write(
          unfinished,
          List.of(
              "KAFKA_BOOTSTRAP_SERVERS=" + broker.bootstrapServers(),
              "DEEPSPEECH_S3_ENDPOINT=" + store.endpoint(),
              "DEEPSPEECH_S3_ACCESS_KEY=" + store.accessKey(),
              "DEEPSPEECH_S3_SECRET_KEY=" + store.secretKey(),
              "DEEPSPEECH_S3_BUCKET=" + BUCKET));
      Files.move(unfinished, file);
      while (System.in.read() >= 0) {
        // Nothing is expected but the end.
      }
    }
  }
}
