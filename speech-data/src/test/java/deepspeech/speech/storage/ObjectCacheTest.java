package deepspeech.speech.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.speech.storage.Location.StoredObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObjectCacheTest {
  private static final Duration ALWAYS = Duration.ZERO;
  private static final Duration SELDOM = Duration.ofSeconds(10);

  @TempDir private Path folder;
  private final RecordedSource source = new RecordedSource();
  private final AtomicLong nanoseconds = new AtomicLong();

  @Test
  void anObjectIsDownloadedOnceAndCheckedAtEachUse() throws Exception {
    // Given
    source.put("a", "first");
    // When
    List<String> read;
    try (ObjectCache cache = cache(100)) {
      read = List.of(read(cache, "a", ALWAYS), read(cache, "a", ALWAYS));
    }
    // Then
    assertThat(read).containsOnly("first");
    assertThat(source.downloads).hasValue(1);
    assertThat(source.questions).hasValue(1);
  }

  @Test
  void aChangedObjectIsNeverServedFromTheCache() throws Exception {
    // Given
    source.put("a", "first");
    try (ObjectCache cache = cache(100)) {
      assertThat(read(cache, "a", ALWAYS)).isEqualTo("first");
      // When
      source.put("a", "other");
      // Then
      assertThat(read(cache, "a", ALWAYS)).isEqualTo("other");
      assertThat(cache.used()).isEqualTo(5);
    }
  }

  @Test
  void whoBearsAnOldAnswerDoesNotAskAgainUntilItIsTooOld() throws Exception {
    // Given
    source.put("a", "first");
    try (ObjectCache cache = cache(100)) {
      assertThat(read(cache, "a", SELDOM)).isEqualTo("first");
      source.put("a", "other");
      // When
      nanoseconds.addAndGet(Duration.ofSeconds(9).toNanos());
      String early = read(cache, "a", SELDOM);
      nanoseconds.addAndGet(Duration.ofSeconds(2).toNanos());
      String late = read(cache, "a", SELDOM);
      // Then
      assertThat(early).isEqualTo("first");
      assertThat(late).isEqualTo("other");
    }
  }

  @Test
  void theLeastRecentlyUsedObjectGoesWhenThereIsNoRoom() throws Exception {
    // Given
    for (String key : List.of("a", "b", "c", "d")) {
      source.put(key, key.repeat(30));
    }
    try (ObjectCache cache = cache(100)) {
      read(cache, "a", ALWAYS);
      read(cache, "b", ALWAYS);
      read(cache, "c", ALWAYS);
      read(cache, "a", ALWAYS);
      // When
      read(cache, "d", ALWAYS);
      // Then
      assertThat(cache.used()).isEqualTo(90);
      assertThat(bytesOnDisk()).isEqualTo(90);
      source.downloads.set(0);
      read(cache, "a", ALWAYS);
      read(cache, "c", ALWAYS);
      read(cache, "d", ALWAYS);
      assertThat(source.downloads).hasValue(0);
      read(cache, "b", ALWAYS);
      assertThat(source.downloads).hasValue(1);
    }
  }

  @Test
  void whatIsOpenStaysReadableWhenItIsThrownOut() throws Exception {
    // Given
    source.put("a", "a".repeat(80));
    source.put("b", "b".repeat(80));
    try (ObjectCache cache = cache(100);
        FileChannel open = cache.open(object("a"), ALWAYS, 1000)) {
      // When
      read(cache, "b", ALWAYS);
      // Then
      assertThat(LocalFiles.all(open, 1000)).hasSize(80).containsOnly('a');
    }
  }

  @Test
  void aRestartedCacheHasItsFilesStillAndNoUnfinishedOnes() throws Exception {
    // Given
    source.put("a", "first");
    source.put("b", "second");
    try (ObjectCache cache = cache(100)) {
      read(cache, "a", ALWAYS);
      read(cache, "b", ALWAYS);
    }
    Path unfinished = Files.writeString(folder.resolve("part-0/x.part"), "half");
    source.put("b", "changed");
    source.downloads.set(0);
    // When
    try (ObjectCache cache = cache(100)) {
      // Then
      assertThat(cache.used()).isEqualTo(11);
      assertThat(unfinished).doesNotExist();
      assertThat(read(cache, "a", SELDOM)).isEqualTo("first");
      assertThat(read(cache, "b", SELDOM)).isEqualTo("changed");
      assertThat(source.downloads).hasValue(1);
    }
  }

  @Test
  void aCacheThatShrankAtARestartThrowsOutTheOldest() throws Exception {
    // Given
    source.put("a", "a".repeat(60));
    try (ObjectCache cache = cache(100)) {
      read(cache, "a", ALWAYS);
    }
    // When
    try (ObjectCache cache = cache(50)) {
      // Then
      assertThat(cache.used()).isZero();
      assertThat(bytesOnDisk()).isZero();
    }
  }

  @Test
  void twoProcessesOfOneFolderDoNotMeet() throws Exception {
    // Given
    source.put("a", "first");
    try (ObjectCache one = cache(100);
        ObjectCache other = cache(100)) {
      // When
      read(one, "a", ALWAYS);
      // Then
      assertThat(one.used()).isEqualTo(5);
      assertThat(other.used()).isZero();
      assertThat(read(other, "a", ALWAYS)).isEqualTo("first");
    }
  }

  @Test
  void aFileThatSomeoneDeletedIsDownloadedAgain() throws Exception {
    // Given
    source.put("a", "first");
    try (ObjectCache cache = cache(100)) {
      read(cache, "a", ALWAYS);
      for (Path file : cachedFiles()) {
        Files.delete(file);
      }
      // When
      String again = read(cache, "a", ALWAYS);
      // Then
      assertThat(again).isEqualTo("first");
      assertThat(cache.used()).isEqualTo(5);
    }
  }

  @Test
  void aTooLargeOrMissingObjectIsRefusedAndLeavesNothing() throws Exception {
    // Given
    source.put("large", "x".repeat(80));
    source.put("huge", "x".repeat(200));
    try (ObjectCache cache = cache(100)) {
      // When
      // Then
      assertThatThrownBy(() -> cache.open(object("missing"), ALWAYS, 100))
          .isInstanceOf(UnreadableFileException.class)
          .hasMessage("the object does not exist");
      assertThatThrownBy(() -> cache.open(object("large"), ALWAYS, 50))
          .isInstanceOf(UnreadableFileException.class)
          .hasMessage("the file has 80 bytes; at most 50 can be used");
      assertThatThrownBy(() -> cache.open(object("huge"), ALWAYS, 1000))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("s3://bucket/huge does not fit")
          .hasMessageEndingWith("raise DEEPSPEECH_DATA_CACHE_MB");
      assertThat(bytesOnDisk()).isZero();
    }
  }

  @Test
  void manyThreadsReadTheRightContentWithinTheBound() throws Exception {
    // Given
    for (int i = 0; i < 40; i++) {
      source.put("k" + i, ("content-" + i + " ").repeat(1 + i % 5));
    }
    ExecutorService readers = Executors.newFixedThreadPool(8);
    try (ObjectCache cache = cache(400)) {
      List<Callable<Boolean>> tasks = new ArrayList<>();
      for (int thread = 0; thread < 8; thread++) {
        Random random = new Random(thread);
        tasks.add(
            () -> {
              for (int i = 0; i < 200; i++) {
                int key = random.nextInt(40);
                String expected = ("content-" + key + " ").repeat(1 + key % 5);
                if (!read(cache, "k" + key, SELDOM).equals(expected)) {
                  return false;
                }
              }
              return true;
            });
      }
      // When
      List<Future<Boolean>> outcomes = readers.invokeAll(tasks);
      // Then
      for (Future<Boolean> outcome : outcomes) {
        assertThat(outcome.get()).isTrue();
      }
      assertThat(cache.used()).isEqualTo(bytesOnDisk());
      assertThat(cache.used()).isLessThanOrEqualTo(400);
    } finally {
      readers.shutdownNow();
    }
  }

  private ObjectCache cache(long capacity) {
    return new ObjectCache(folder, capacity, source, nanoseconds::get);
  }

  private static StoredObject object(String key) {
    return new StoredObject("bucket", key);
  }

  private static String read(ObjectCache cache, String key, Duration maxAge) throws IOException {
    try (FileChannel channel = cache.open(object(key), maxAge, 1000)) {
      return new String(LocalFiles.all(channel, 1000), StandardCharsets.UTF_8);
    }
  }

  private List<Path> cachedFiles() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).filter(file -> !file.endsWith("lock")).toList();
    }
  }

  private long bytesOnDisk() throws IOException {
    long bytes = 0;
    for (Path file : cachedFiles()) {
      bytes += Files.size(file);
    }
    return bytes;
  }

  /** A store in memory; the entity tag is the content. */
  private static final class RecordedSource implements ObjectSource {
    private final Map<String, byte[]> objects = new ConcurrentHashMap<>();
    private final AtomicInteger downloads = new AtomicInteger();
    private final AtomicInteger questions = new AtomicInteger();

    void put(String key, String content) {
      objects.put(key, content.getBytes(StandardCharsets.UTF_8));
    }

    private byte[] content(StoredObject object) throws UnreadableFileException {
      byte[] content = objects.get(object.key());
      if (content == null) {
        throw UnreadableFileException.missingObject(null);
      }
      return content;
    }

    private static ObjectVersion version(byte[] content) {
      return new ObjectVersion(new String(content, StandardCharsets.UTF_8), content.length);
    }

    @Override
    public ObjectVersion version(StoredObject object) throws UnreadableFileException {
      questions.incrementAndGet();
      return version(content(object));
    }

    @Override
    public ObjectVersion download(StoredObject object, Path target, long most)
        throws UnreadableFileException {
      byte[] content = content(object);
      if (content.length > most) {
        throw UnreadableFileException.tooLarge(content.length, most);
      }
      downloads.incrementAndGet();
      try {
        Files.write(target, content);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return version(content);
    }

    @Override
    public void close() {}
  }
}
