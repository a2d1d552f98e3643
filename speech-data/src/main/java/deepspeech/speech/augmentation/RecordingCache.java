package deepspeech.speech.augmentation;

import static deepspeech.speech.features.FeatureShape.SAMPLE_RATE;

import deepspeech.speech.DataFileException;
import deepspeech.speech.audio.AudioReader;
import deepspeech.speech.audio.failure.UnusableAudioException;
import deepspeech.speech.storage.DataStorage;
import deepspeech.speech.storage.Location;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cache of noise and impulse responses, decoded to 16 kHz when they are first drawn. It has a
 * size limit, evicts the least recently used recordings and reloads a recording whose file has
 * changed. An unusable file is logged once. Thread-safe.
 */
public final class RecordingCache {
  private static final Logger LOG = LoggerFactory.getLogger(RecordingCache.class);

  /** The longest usable recording. */
  public static final double LONGEST_SECONDS = 300;

  /** The capacity in samples: 64 MB, 17 minutes. */
  private static final long CAPACITY = 1L << 24;

  /**
   * The cost of an entry in addition to its samples. It bounds the number of unusable recordings
   * too.
   */
  private static final long ENTRY_COST = 256;

  private final DataStorage storage;
  private final AudioReader audio = new AudioReader(SAMPLE_RATE, LONGEST_SECONDS);
  private final Map<Key, float[]> recordings = new LinkedHashMap<>(16, 0.75f, true);
  private long cost;

  /** Reads from a storage. */
  public RecordingCache(DataStorage storage) {
    this.storage = storage;
  }

  /**
   * Returns the samples of a recording, which must not be modified; empty if the recording is
   * unusable.
   */
  Optional<float[]> read(Location file) {
    Key key = key(file);
    float[] samples;
    synchronized (recordings) {
      samples = recordings.get(key);
    }
    if (samples == null) {
      samples = decode(file);
      put(key, samples);
    }
    return samples.length == 0 ? Optional.empty() : Optional.of(samples);
  }

  private float[] decode(Location file) {
    try {
      float[] samples = audio.read(storage.recording(file)).samples();
      if (samples.length == 0) {
        LOG.warn("{}: has no samples; augmentation continues without it", file);
      }
      return samples;
    } catch (UnusableAudioException e) {
      LOG.warn("{}: {}; augmentation continues without it", file, e.getMessage());
      return new float[0];
    }
  }

  private void put(Key key, float[] samples) {
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
      // Reading the file itself reports the problem.
      return new Key(file, "");
    }
  }

  private record Key(Location file, String version) {}
}
