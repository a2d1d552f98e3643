package deepspeech.speech.audio;

import deepspeech.speech.audio.OggPackets.OggPacket;
import deepspeech.speech.audio.failure.UnusableAudioException;

/**
 * Computes the beginning and the end of the audio of an Ogg stream within the decoded samples, from
 * the positions of its pages. The positions of a recording that was cut out of a longer stream do
 * not begin at 0. The last position removes the padding of the last packet.
 *
 * <p>Sources: Xiph.Org, "Vorbis I specification", A.2; RFC 7845, section 4.
 */
final class OggTimeline {
  /**
   * The tolerance for rounded positions, which a conversion from a container with millisecond
   * timestamps produces.
   */
  private static final double TOLERANCE_SECONDS = 0.01;

  private final int sampleRate;
  private final double maxSeconds;
  private long samples;
  private long origin;
  private int pages;

  /**
   * Starts before the first packet.
   *
   * @param sampleRate sample rate of the positions in Hz
   * @param maxSeconds largest allowed duration; longer audio is refused as soon as it is detected
   */
  OggTimeline(int sampleRate, double maxSeconds) {
    this.sampleRate = sampleRate;
    this.maxSeconds = maxSeconds;
  }

  /**
   * Adds the next packet.
   *
   * @param duration number of samples of each channel that it decodes to
   */
  void add(OggPacket packet, int duration) throws UnusableAudioException {
    samples += duration;
    if (packet.granule() != OggPage.NO_GRANULE) {
      if (pages == 0) {
        origin = packet.granule() - samples;
      }
      pages++;
    }
    // The last page may remove samples, but less than a second. The number is unknown before that
    // page.
    AudioLimits.checkBegun(samples - sampleRate, sampleRate, maxSeconds);
  }

  /** The number of samples that all packets decode to. */
  long samples() {
    return samples;
  }

  /**
   * The position of the first sample. In a stream of one page, a position below the number of
   * samples cuts off the end; in a longer stream it cuts off the beginning.
   */
  long origin() {
    return pages == 1 ? Math.max(0, origin) : origin;
  }

  /**
   * Returns the number of samples to keep.
   *
   * @param skip number of samples to drop at the beginning
   * @param granule position of the last page
   * @throws UnusableAudioException if there are fewer samples than the position states, if there
   *     are none, or if the audio is too long
   */
  long wanted(long skip, long granule) throws UnusableAudioException {
    long end = granule - origin();
    if (pages == 0 || end <= skip || samples <= skip) {
      throw UnusableAudioException.broken("the Ogg file has no audio");
    }
    if (end - samples > TOLERANCE_SECONDS * sampleRate) {
      throw UnusableAudioException.broken(
          "the packets of the Ogg file have %d samples but its pages give %d: packets are missing"
              .formatted(samples - skip, end - skip));
    }
    long wanted = Math.min(end, samples) - skip;
    AudioLimits.check(wanted, sampleRate, maxSeconds);
    return wanted;
  }
}
