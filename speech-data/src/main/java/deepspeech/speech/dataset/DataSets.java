package deepspeech.speech.dataset;

import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.identity.Split;
import deepspeech.speech.DataFileException;
import deepspeech.speech.augmentation.AugmentationFile;
import deepspeech.speech.common.RecentlyUsed;
import deepspeech.speech.storage.DataStorage;
import deepspeech.speech.storage.DatasetRoot;
import deepspeech.speech.storage.Location;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Opens the data sets under a root. A data set stays in memory as long as no file changes its size
 * or modification time, and no object its entity tag. Thread-safe.
 */
public final class DataSets {
  private static final String AUGMENTATION = "augmentation";
  private static final int REMEMBERED_DATA_SETS = 8;
  private static final int REMEMBERED_FINGERPRINTS = 256;

  private final DataStorage storage;
  private final DataSetReader reader;
  private final RecentlyUsed<Key, Entry> entries;
  private final RecentlyUsed<String, Map<String, String>> hashesByFingerprint =
      new RecentlyUsed<>(REMEMBERED_FINGERPRINTS);

  /** Opens the data sets under a root. */
  public DataSets(DatasetRoot root) {
    this(DataStorage.under(root));
  }

  /** Opens the data sets under a root and in an object store. */
  public DataSets(DataStorage storage) {
    this(storage, Long.MAX_VALUE);
  }

  /**
   * Opens the data sets under a root and in an object store.
   *
   * @param heapBytes heap budget for the data sets opened last; the last one is kept even if it is
   *     larger
   */
  public DataSets(DataStorage storage, long heapBytes) {
    this.storage = storage;
    this.entries =
        new RecentlyUsed<>(REMEMBERED_DATA_SETS, heapBytes, entry -> entry.dataSet.mostHeapBytes());
    this.reader = new DataSetReader(storage);
  }

  /**
   * Opens a split.
   *
   * @return the data set, which may have no utterance, see {@link DataSet#emptiness}
   * @throws DataFileException if a file is missing, outside the root or invalid as a whole
   */
  public synchronized DataSet open(Split split, DataSpecification specification)
      throws DataFileException {
    DataSetFiles files = DataSetFiles.find(storage, split, specification);
    Key key = new Key(split, specification);
    Entry entry = entries.get(key);
    if (entry == null || !entry.isCurrent(storage)) {
      Map<Location, String> versions = versions(files);
      Optional<AugmentationFile> augmentation = reader.augmentation(files);
      if (augmentation.isPresent()) {
        for (Location named : augmentation.get().manifests(storage).values()) {
          versions.put(named, storage.version(named));
        }
      }
      entry = new Entry(versions, reader.read(split, specification, files, augmentation));
      entries.put(key, entry);
      hashesByFingerprint.put(entry.dataSet.fingerprint(), entry.dataSet.hashes());
    }
    return entry.dataSet;
  }

  /**
   * Opens a split that was described before.
   *
   * @param fingerprint fingerprint from that description
   * @throws DataFileException as {@link #open(Split, DataSpecification)}, and if a file has changed
   *     since the description
   */
  public synchronized DataSet open(Split split, DataSpecification specification, String fingerprint)
      throws DataFileException {
    DataSet dataSet = open(split, specification);
    if (!dataSet.fingerprint().equals(fingerprint)) {
      throw new DataFileException(changes(dataSet, fingerprint));
    }
    return dataSet;
  }

  private String changes(DataSet dataSet, String fingerprint) {
    Map<String, String> paths =
        new LinkedHashMap<>(
            Map.of(
                "manifest", dataSet.specification().manifest(),
                "vocabulary", dataSet.specification().vocabPath(),
                "mean_std", dataSet.specification().meanStdPath()));
    Map<String, String> before = hashesByFingerprint.get(fingerprint);
    if (dataSet.hashes().containsKey(AUGMENTATION)
        || (before != null && before.containsKey(AUGMENTATION))) {
      paths.put(AUGMENTATION, dataSet.specification().augmentConfPath());
    }
    Stream.of(dataSet.hashes(), before == null ? Map.<String, String>of() : before)
        .flatMap(hashes -> hashes.keySet().stream())
        .forEach(name -> paths.putIfAbsent(name, name));
    if (before != null) {
      paths.keySet().removeIf(name -> Objects.equals(before.get(name), dataSet.hashes().get(name)));
    }
    return (paths.size() == 1 || before == null ? "" : "several files: ")
        + String.join(before == null ? " or " : ", ", paths.values().stream().sorted().toList())
        + " has changed since the data set was described; the run cannot continue with other data";
  }

  private record Key(Split split, DataSpecification specification) {}

  private Map<Location, String> versions(DataSetFiles files) throws DataFileException {
    Map<Location, String> versions = new HashMap<>();
    for (Location file : files.all()) {
      versions.put(file, storage.version(file));
    }
    return versions;
  }

  private record Entry(Map<Location, String> versions, DataSet dataSet) {
    boolean isCurrent(DataStorage storage) throws DataFileException {
      for (Map.Entry<Location, String> file : versions.entrySet()) {
        if (!file.getValue().equals(storage.version(file.getKey()))) {
          return false;
        }
      }
      return true;
    }
  }
}
