package deepspeech.tools.pack;

import deepspeech.speech.audio.Pcm16;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What audio is written as when a corpus is decoded once and for all. */
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

  /** A whole file. */
  abstract byte[] encode(Pcm16 audio);

  static Optional<TranscodedFormat> named(String name) {
    return Arrays.stream(values()).filter(format -> format.toString().equals(name)).findFirst();
  }

  /** The ending of a file's name, with its dot. */
  String ending() {
    return "." + this;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
