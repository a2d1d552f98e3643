package deepspeech.messages.features;

/**
 * The width of a batch in the trainer's memory, in feature frames. It is the length of the longest
 * utterance, rounded up like {@code rectangle_width} in the trainer's {@code packing.py}. {@code
 * max_batch_frames} counts this width.
 */
public final class BatchWidth {
  /** The slowest speed that an augmentation file may request. */
  public static final double SLOWEST_SPEED = 0.9;

  private static final int STEP = 24;
  private static final int FRAMES_A_SECOND = 100;
  private static final double ROUNDING_ERROR = 1e-6;

  private BatchWidth() {}

  /**
   * The width of a batch, in feature frames.
   *
   * @param frames of its longest utterance, from 1
   */
  public static int of(int frames) {
    return (frames + STEP - 1) / STEP * STEP;
  }

  /**
   * The largest number of frames of audio with a given duration in a manifest. Manifests round to a
   * hundredth of a second, so the audio may be longer by that much.
   *
   * @param seconds duration, from 0
   * @return number of frames, from 1
   */
  public static int frames(double seconds) {
    return Math.max(1, (int) Math.ceil(seconds * FRAMES_A_SECOND - ROUNDING_ERROR));
  }
}
