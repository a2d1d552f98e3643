package deepspeech.speech.storage;

import deepspeech.messages.features.SkipReason;
import deepspeech.speech.audio.AudioSource;
import deepspeech.speech.audio.ByteRanges;
import deepspeech.speech.audio.failure.UnusableAudioException;
import java.io.IOException;

/** Audio in a storage. A file that is permanently unreadable is unusable audio. */
record StoredAudio(DataStorage storage, Location file) implements AudioSource {
  @Override
  public byte[] readAll(int mostBytes) throws IOException, UnusableAudioException {
    try {
      return storage.read(file, mostBytes);
    } catch (UnreadableFileException e) {
      throw unusable(e);
    }
  }

  @Override
  public ByteRanges open() throws IOException, UnusableAudioException {
    try {
      return storage.parts(file);
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
