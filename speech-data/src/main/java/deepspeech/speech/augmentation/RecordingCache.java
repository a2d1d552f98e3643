package deepspeech.speech.augmentation;

import static deepspeech.speech.features.FeatureShape.SAMPLE_RATE;

import deepspeech.speech.DataFileException;
import deepspeech.speech.audio.AudioReader;
import deepspeech.speech.audio.UnusableAudioException;
import deepspeech.speech.storage.DataStorage;
import deepspeech.speech.storage.Location;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Noise and impulse responses at 16 kHz, read as they are drawn. Keeps those used last up to a
 * bound, until their file changes. A file that cannot be used is told once. Thread-safe.
 */
public final class RecordingCache {
  private static final Logger LOG = LoggerFactory.getLogger(RecordingCache.class);

  /** Longer recordings cannot be used. */
  public static final double LONGEST_SECONDS = 300;

  /** 64 MB of samples, 17 minutes. */
  private static final long CAPACITY = 1L << 24;

  /** What an entry costs beside its samples, so that the unusable ones are bounded too. */
  private static final long ENTRY_COST = 256;

  private final DataStorage storage;
  private final AudioReader audio = new AudioReader(SAMPLE_RATE, LONGEST_SECONDS);
  private final Map<Key, float[]> recordings = new LinkedHashMap<>(16, 0.75f, true);
  private long cost;

  /** Reads from a storage. */
  public RecordingCache(DataStorage storage) {
    this.storage = storage;
  }

  /** The samples of a recording, not to be written to; empty if it cannot be used. */
  Optional<float[]> read(Location file) {
    Key key = key(file);
    float[] samples;
    synchronized (recordings) {
      samples = recordings.get(key);
    }
    if (samples == null) {
      samples = decode(file);
      keep(key, samples);
    }
    return samples.length == 0 ? Optional.empty() : Optional.of(samples);
  }

  private float[] decode(Location file) {
    try {
      float[] samples = audio.read(storage, file).samples();
      if (samples.length == 0) {
        LOG.warn("{}: has no samples; augmentation goes on without it", file);
      }
      return samples;
    } catch (UnusableAudioException e) {
      LOG.warn("{}: {}; augmentation goes on without it", file, e.getMessage());
      return new float[0];
    }
  }

  private void keep(Key key, float[] samples) {
    synchronized (recordings) {
      if (recordings.put(key, samples) == null) {
        cost += ENTRY_COST + samples.length;
      }
      Iterator<float[]> oldest = recordings.values().iterator();
      while (cost > CAPACITY && recordings.size() > 1) {
        cost -= ENTRY_COST + oldest.next().length;
        oldest.remove();
      }
    }
  }

  private Key key(Location file) {
    try {
      return new Key(file, storage.version(file));
    } catch (DataFileException e) {
      // Reading the file itself tells what is wrong with it.
      return new Key(file, "");
    }
  }

  private record Key(Location file, String version) {}
}
