package deepspeech.speech.augmentation;

import deepspeech.speech.storage.Location;
import java.util.List;
import java.util.Optional;

/** The recordings of a manifest of noise or impulse responses. Thread-safe. */
final class Recordings {
  /**
   * The limit tolerates a few unusable files. If all files of a manifest are unusable, it prevents
   * a read of all of them for each utterance.
   */
  private static final int MOST_TRIED = 16;

  private final List<Location> files;
  private final RecordingCache cache;

  /**
   * Refers to recordings without reading them.
   *
   * @param files locations of the recordings, at least one
   */
  Recordings(List<Location> files, RecordingCache cache) {
    this.files = List.copyOf(files);
    this.cache = cache;
  }

  int size() {
    return files.size();
  }

  /**
   * Returns the samples of a recording, or of the next usable recording if it is unusable.
   *
   * @param index from 0, below {@link #size}
   * @return 16 kHz mono, at least one sample, which must not be modified; empty if the recording
   *     and all those tried in its place are unusable
   */
  Optional<float[]> from(int index) {
    for (int i = 0; i < Math.min(MOST_TRIED, files.size()); i++) {
      Optional<float[]> samples = cache.read(files.get((index + i) % files.size()));
      if (samples.isPresent()) {
        return samples;
      }
    }
    return Optional.empty();
  }
}
