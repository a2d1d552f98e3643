package deepspeech.speech.audio;

import deepspeech.messages.deadletter.SkipReason;
import java.util.Locale;

/** What every decoder checks about a header before it allocates memory. */
final class AudioLimits {
  private static final int MIN_SAMPLE_RATE = 1_000;
  private static final int MAX_SAMPLE_RATE = 768_000;

  /** 256 MB of samples: ten minutes of a recording at 96 kHz. */
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
   * So many samples of a channel pass the checks.
   *
   * @param stated that a header gives; 0 if it gives none
   */
  static int most(long stated, int sampleRate, double maxSeconds) {
    double most = Math.min(MOST_FRAMES, maxSeconds * sampleRate);
    return (int) (stated == 0 ? most : Math.min((double) stated, most));
  }

  /** Checks audio of which more may follow. */
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
