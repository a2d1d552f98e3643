package deepspeech.speech.storage;

import deepspeech.messages.store.S3Right;
import deepspeech.objectstore.Connections;
import deepspeech.objectstore.ObjectStoreClient;
import deepspeech.objectstore.ObjectStoreClient.Request;
import deepspeech.objectstore.ObjectStoreConfiguration;
import deepspeech.objectstore.Retry;
import deepspeech.objectstore.S3Failure;
import deepspeech.speech.storage.Location.StoredObject;
import io.minio.GetObjectArgs;
import io.minio.GetObjectResponse;
import io.minio.StatObjectArgs;
import io.minio.StatObjectResponse;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/**
 * Downloads objects from an S3 server. Transient failures are retried with back-off, a bounded
 * number of times.
 */
final class S3Source implements ObjectSource {
  private static final Connections CONNECTIONS =
      new Connections(Duration.ofSeconds(5), Duration.ofSeconds(30), 32, Duration.ofMinutes(1));
  private static final Set<String> MISSING = Set.of("NoSuchKey", "NoSuchObject");

  private final ObjectStoreClient client;

  S3Source(ObjectStoreConfiguration configuration, Retry retry) {
    this.client = new ObjectStoreClient(configuration, CONNECTIONS, retry, StorageException.class);
  }

  @Override
  public ObjectVersion version(StoredObject object) throws UnreadableFileException {
    return send(
        object,
        minio -> {
          StatObjectResponse response =
              minio
                  .statObject(
                      StatObjectArgs.builder().bucket(object.bucket()).object(object.key()).build())
                  .join();
          return new ObjectVersion(response.etag(), response.size());
        });
  }

  @Override
  public ObjectVersion download(StoredObject object, Path target, long most)
      throws UnreadableFileException {
    ObjectVersion version =
        send(
            object,
            minio -> {
              try (GetObjectResponse response =
                  minio
                      .getObject(
                          GetObjectArgs.builder()
                              .bucket(object.bucket())
                              .object(object.key())
                              .build())
                      .join()) {
                long size = Long.parseLong(response.headers().get("Content-Length"));
                if (size <= most) {
                  copy(response, target, size);
                }
                String entityTag = String.valueOf(response.headers().get("ETag")).replace("\"", "");
                return new ObjectVersion(entityTag, size);
              }
            });
    if (version.size() > most) {
      throw UnreadableFileException.tooLarge(version.size(), most);
    }
    return version;
  }

  private static void copy(GetObjectResponse response, Path target, long size) throws IOException {
    try (OutputStream output = created(target)) {
      byte[] buffer = new byte[1 << 16];
      long copied = 0;
      for (int count = response.read(buffer); count >= 0; count = response.read(buffer)) {
        write(output, buffer, count, target);
        copied += count;
      }
      if (copied != size) {
        throw new EOFException("%d of %d bytes arrived".formatted(copied, size));
      }
    }
  }

  private static OutputStream created(Path target) {
    try {
      return Files.newOutputStream(target);
    } catch (IOException e) {
      throw unwritable(target, e);
    }
  }

  private static void write(OutputStream output, byte[] buffer, int count, Path target) {
    try {
      output.write(buffer, 0, count);
    } catch (IOException e) {
      throw unwritable(target, e);
    }
  }

  private static StorageException unwritable(Path target, IOException e) {
    return new StorageException(
        "data cache: cannot write %s: %s".formatted(target, e.getMessage()), true, e);
  }

  @Override
  public void close() {
    client.close();
  }

  private <T> T send(StoredObject object, Request<T> request) throws UnreadableFileException {
    try {
      return client.send(request);
    } catch (S3Failure failure) {
      if (failure.code().filter(MISSING::contains).isPresent()) {
        throw UnreadableFileException.missingObject(failure.getCause());
      }
      throw new StorageException(
          failure.line("read " + object, S3Right.Action.GET_OBJECT, object.bucket()),
          failure.isPassing(),
          failure.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StorageException("interrupted: cannot read " + object, true, e);
    }
  }
}
