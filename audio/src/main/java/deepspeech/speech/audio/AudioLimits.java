package deepspeech.speech.audio;

import deepspeech.messages.features.SkipReason;
import deepspeech.speech.audio.failure.UnusableAudioException;
import java.util.Locale;

/** The limits that every decoder checks against a header before it allocates memory. */
final class AudioLimits {
  private static final int MIN_SAMPLE_RATE = 1_000;
  private static final int MAX_SAMPLE_RATE = 768_000;

  /** The largest number of samples: 256 MB, or more than ten minutes at 96 kHz. */
  private static final long MOST_FRAMES = 1 << 26;

  private AudioLimits() {}

  static boolean allows(int sampleRate) {
    return sampleRate >= MIN_SAMPLE_RATE && sampleRate <= MAX_SAMPLE_RATE;
  }

  /** Checks audio whose length is known. */
  static void check(long frames, long sampleRate, double maxSeconds) throws UnusableAudioException {
    check(frames, sampleRate, maxSeconds, "");
  }

  /**
   * Returns the largest number of samples of one channel that passes the checks.
   *
   * @param stated number of samples that the header states; 0 if it states none
   */
  static int most(long stated, int sampleRate, double maxSeconds) {
    double most = Math.min(MOST_FRAMES, maxSeconds * sampleRate);
    return (int) (stated == 0 ? most : Math.min((double) stated, most));
  }

  /** Checks audio of which only the beginning is known. */
  static void checkBegun(long frames, long sampleRate, double maxSeconds)
      throws UnusableAudioException {
    check(frames, sampleRate, maxSeconds, "more than ");
  }

  private static void check(long frames, long sampleRate, double maxSeconds, String atLeast)
      throws UnusableAudioException {
    if (sampleRate < MIN_SAMPLE_RATE || sampleRate > MAX_SAMPLE_RATE) {
      throw UnusableAudioException.broken(
          "the header gives a sample rate of %d Hz; allowed are %d to %d"
              .formatted(sampleRate, MIN_SAMPLE_RATE, MAX_SAMPLE_RATE));
    }
    if (frames > MOST_FRAMES) {
      throw new UnusableAudioException(
          SkipReason.TOO_LONG,
          "the audio has %d samples a channel; at most %d can be decoded"
              .formatted(frames, MOST_FRAMES));
    }
    if (frames > maxSeconds * sampleRate) {
      throw new UnusableAudioException(
          SkipReason.TOO_LONG,
          String.format(
              Locale.ROOT,
              "the audio lasts %s%.2f s; at most %.2f s can be used",
              atLeast,
              (double) frames / sampleRate,
              maxSeconds));
    }
  }
}
