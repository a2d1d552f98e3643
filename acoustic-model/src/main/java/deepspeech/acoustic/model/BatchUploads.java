package deepspeech.acoustic.model;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Copies batches to the devices. The next batch is copied while GPUs compute the one before it, so
 * that they need not wait for the host. On CPUs that would save nothing.
 */
final class BatchUploads implements AutoCloseable {
  private final int devices;
  private final Function<List<RaggedBatch>, List<UploadedBatch>> upload;
  private final boolean ahead;
  private Optional<Upload> next = Optional.empty();

  private record Upload(RaggedBatch batch, List<UploadedBatch> shares) implements AutoCloseable {
    @Override
    public void close() {
      shares.forEach(UploadedBatch::close);
    }
  }

  /**
   * Begins without a batch.
   *
   * @param devices the number of devices that share a batch
   * @param upload copies shares to the first, second, ... device
   * @param ahead true if batches are copied before they are needed
   */
  BatchUploads(
      int devices, Function<List<RaggedBatch>, List<UploadedBatch>> upload, boolean ahead) {
    this.devices = devices;
    this.upload = upload;
    this.ahead = ahead;
  }

  /**
   * Returns the shares of a batch on the devices; the caller closes them. Forgets a batch that was
   * copied ahead, if it is another one.
   */
  List<UploadedBatch> of(RaggedBatch batch) {
    Optional<Upload> copied = next;
    next = Optional.empty();
    if (copied.isPresent() && copied.get().batch().equals(batch)) {
      return copied.get().shares();
    }
    copied.ifPresent(Upload::close);
    return upload.apply(batch.split(devices));
  }

  /**
   * Copies the next batch, if it is there and this is done ahead. A lack of memory is no failure:
   * the batch is then copied when it is needed.
   *
   * @param upcoming gives the next batch, if it is there
   */
  void ahead(Supplier<Optional<RaggedBatch>> upcoming) {
    if (!ahead) {
      return;
    }
    close();
    next = upcoming.get().flatMap(this::uploaded);
  }

  private Optional<Upload> uploaded(RaggedBatch batch) {
    try {
      return Optional.of(new Upload(batch, upload.apply(batch.split(devices))));
    } catch (OutOfMemoryException e) {
      return Optional.empty();
    }
  }

  /** Forgets what was copied ahead. */
  @Override
  public void close() {
    next.ifPresent(Upload::close);
    next = Optional.empty();
  }
}
