package deepspeech.speech.augmentation;

import deepspeech.speech.storage.Location;
import java.util.List;
import java.util.Optional;

/** The recordings of a noise manifest or of one of impulse responses. Thread-safe. */
final class Recordings {
  /** Enough for a few bad files; a manifest of nothing else must not be read for each utterance. */
  private static final int MOST_TRIED = 16;

  private final List<Location> files;
  private final RecordingCache cache;

  /**
   * Names the recordings.
   *
   * @param files at least one
   */
  Recordings(List<Location> files, RecordingCache cache) {
    this.files = List.copyOf(files);
    this.cache = cache;
  }

  int size() {
    return files.size();
  }

  /**
   * The samples of a recording, or of the next one that can be used if it cannot.
   *
   * @param index from 0, below {@link #size}
   * @return 16 kHz mono, at least one sample, not to be written to; empty if neither it nor those
   *     tried in its place can be used
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
