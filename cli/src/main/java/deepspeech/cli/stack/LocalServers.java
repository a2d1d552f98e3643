package deepspeech.cli.stack;

import deepspeech.cli.failure.CommandFailedException;
import deepspeech.embedded.EmbeddedKafka;
import deepspeech.embedded.EmbeddedS3;
import deepspeech.embedded.EmbeddedServerException;
import java.util.function.Supplier;

/**
 * Starts and stops the servers in this JVM. A failure becomes that of the command here, because an
 * installation without a local stack has none of the servers' classes.
 */
final class LocalServers {
  private LocalServers() {}

  static EmbeddedKafka broker(StackSettings settings, int port) {
    return failingAsCommand(() -> EmbeddedKafka.start(settings.data().resolve("kafka"), port));
  }

  static EmbeddedS3 store(StackSettings settings, int port) {
    return failingAsCommand(() -> EmbeddedS3.start(settings.data().resolve("s3"), port));
  }

  static void stop(EmbeddedS3 store) {
    var unused =
        failingAsCommand(
            () -> {
              store.close();
              return store;
            });
  }

  private static <T> T failingAsCommand(Supplier<T> action) {
    try {
      return action.get();
    } catch (EmbeddedServerException e) {
      throw new CommandFailedException(e.getMessage(), e);
    }
  }
}
