package deepspeech.tools.pack;

import deepspeech.speech.audio.Pcm16;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The audio format of a corpus that is decoded once in advance. */
enum TranscodedFormat {
  FLAC {
    @Override
    byte[] encode(Pcm16 audio) {
      return audio.toFlac();
    }
  },
  WAV {
    @Override
    byte[] encode(Pcm16 audio) {
      return audio.toWav();
    }
  };

  /** Returns the content of a complete file. */
  abstract byte[] encode(Pcm16 audio);

  static Optional<TranscodedFormat> named(String name) {
    return Arrays.stream(values()).filter(format -> format.toString().equals(name)).findFirst();
  }

  /** Returns the extension of a file's name, with the dot. */
  String ending() {
    return "." + this;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
