package deepspeech.checkpoint;

import deepspeech.messages.store.S3Right.Action;
import io.minio.GetObjectArgs;
import io.minio.GetObjectResponse;
import io.minio.PutObjectArgs;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/** Streams files to and from a bucket, and computes their size and hash on the way. */
final class S3FileTransfer {
  /** Large enough to be fast, small enough for every server and to be held in memory twice. */
  private static final long PART_BYTES = 16L << 20;

  private static final int PARALLEL_PARTS = 2;

  private final S3Requests requests;
  private final String bucket;

  S3FileTransfer(S3Requests requests, String bucket) {
    this.requests = requests;
    this.bucket = bucket;
  }

  /**
   * Writes an object of any size.
   *
   * @param uri names the object in messages
   */
  FileDigest upload(String key, String uri, CheckpointSource source) {
    return requests.send(
        Action.PUT_OBJECT,
        "write " + uri,
        minio -> {
          long size = LocalOperation.run("read", source.name(), source::size);
          InputStream content = LocalOperation.run("read", source.name(), source::open);
          try (HashingInputStream stream = new HashingInputStream(content)) {
            try {
              minio
                  .putObject(
                      PutObjectArgs.builder()
                          .bucket(bucket)
                          .object(key)
                          .parallelUploads(PARALLEL_PARTS)
                          .stream(stream, size, PART_BYTES)
                          .build())
                  .join();
            } catch (CompletionException e) {
              if (stream.failure().isPresent()) {
                throw LocalOperation.failure("read", source.name(), stream.failure().get());
              }
              throw e;
            }
            FileDigest digest = stream.digest();
            if (digest.size() != size
                || LocalOperation.run("read", source.name(), source::size) != size) {
              throw new CheckpointStoreException(
                  "%s changed its size while it was written to %s".formatted(source.name(), uri));
            }
            return digest;
          }
        });
  }

  /** Downloads an object into a local file; empty if it does not exist. */
  Optional<FileDigest> download(String key, String uri, Path target) {
    return requests.sendUnless(
        S3ObjectStore.MISSING,
        Action.GET_OBJECT,
        "read " + uri,
        minio -> {
          try (GetObjectResponse response =
                  minio
                      .getObject(GetObjectArgs.builder().bucket(bucket).object(key).build())
                      .join();
              HashingInputStream stream = new HashingInputStream(response);
              OutputStream output =
                  LocalOperation.run(
                      "write", target.toString(), () -> Files.newOutputStream(target))) {
            byte[] buffer = new byte[1 << 16];
            for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
              int length = count;
              LocalOperation.run(
                  "write",
                  target.toString(),
                  () -> {
                    output.write(buffer, 0, length);
                    return length;
                  });
            }
            return stream.digest();
          }
        });
  }
}
