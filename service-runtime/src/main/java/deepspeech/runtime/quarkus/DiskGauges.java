package deepspeech.runtime.quarkus;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Publishes in the metrics the free and the total space of the disk that holds a folder: {@code
 * deepspeech_disk_free_bytes} and {@code deepspeech_disk_total_bytes}.
 */
public final class DiskGauges {
  private DiskGauges() {}

  /**
   * Registers the gauges.
   *
   * @param folder may be created later
   */
  public static void register(MeterRegistry registry, Path folder) {
    Path absolute = folder.toAbsolutePath();
    register(registry, "free", absolute, FileStore::getUsableSpace);
    register(registry, "total", absolute, FileStore::getTotalSpace);
  }

  private interface Size {
    long of(FileStore disk) throws IOException;
  }

  private static void register(MeterRegistry registry, String what, Path folder, Size size) {
    Gauge.builder("deepspeech.disk." + what, folder, f -> bytes(f, size))
        .description("Space on the disk that holds the folder")
        .baseUnit("bytes")
        .tag("folder", folder.toString())
        .strongReference(true)
        .register(registry);
  }

  private static double bytes(Path folder, Size size) {
    Path existing = folder;
    while (!Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    try {
      return size.of(Files.getFileStore(existing));
    } catch (IOException e) {
      return Double.NaN;
    }
  }
}
