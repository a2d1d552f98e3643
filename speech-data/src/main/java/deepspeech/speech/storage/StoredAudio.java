package deepspeech.speech.storage;

import deepspeech.messages.features.SkipReason;
import deepspeech.speech.audio.AudioSource;
import deepspeech.speech.audio.ByteRanges;
import deepspeech.speech.audio.failure.UnusableAudioException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Audio in a storage. A file that is permanently unreadable is unusable audio. Not thread-safe. */
public final class StoredAudio implements AudioSource {
  /** Audio that is read right after its version was asked for is not checked a second time. */
  private static final Duration JUST_CHECKED = Duration.ofSeconds(1);

  private final DataStorage storage;
  private final Location file;
  private Duration maxAge = Duration.ZERO;

  StoredAudio(DataStorage storage, Location file) {
    this.storage = storage;
    this.file = file;
  }

  /**
   * Returns a version of the audio's content. Equal versions of the same file mean equal content.
   *
   * @return empty if the version cannot be determined; a read then says why
   * @throws StorageException if the store is not available
   */
  public Optional<String> version() {
    try {
      String version = storage.recordingVersion(file);
      maxAge = JUST_CHECKED;
      return Optional.of(version);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public byte[] readAll(int mostBytes) throws IOException, UnusableAudioException {
    try {
      return storage.read(file, mostBytes, maxAge);
    } catch (UnreadableFileException e) {
      throw unusable(e);
    }
  }

  @Override
  public ByteRanges open() throws IOException, UnusableAudioException {
    try {
      return storage.parts(file, maxAge);
    } catch (UnreadableFileException e) {
      throw unusable(e);
    }
  }

  private static UnusableAudioException unusable(UnreadableFileException e) {
    return new UnusableAudioException(
        switch (e.problem()) {
          case MISSING -> SkipReason.MISSING_AUDIO;
          case OUTSIDE_ROOT -> SkipReason.OUTSIDE_ROOT;
          case TOO_LARGE -> SkipReason.TOO_LONG;
          case DAMAGED -> SkipReason.BROKEN_AUDIO;
        },
        e.getMessage(),
        e);
  }
}
