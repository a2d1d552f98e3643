package deepspeech.speech.audio;

import deepspeech.speech.audio.OggPackets.OggPacket;

/**
 * Where the audio of an Ogg stream begins and ends among the samples that its packets decode to.
 * The positions of its pages say so: those of a recording out of a longer stream do not begin at 0,
 * and the last one cuts off the padding of the last packet.
 *
 * <p>Sources: Xiph.Org, "Vorbis I specification", A.2; RFC 7845, section 4.
 */
final class OggTimeline {
  /** Containers that count in milliseconds leave positions that are rounded when converted. */
  private static final double TOLERANCE_SECONDS = 0.01;

  private final int sampleRate;
  private final double maxSeconds;
  private long samples;
  private long origin;
  private int pages;

  /**
   * Begins in front of the first packet.
   *
   * @param sampleRate that positions count in, in Hz
   * @param maxSeconds longer audio is refused as soon as it shows
   */
  OggTimeline(int sampleRate, double maxSeconds) {
    this.sampleRate = sampleRate;
    this.maxSeconds = maxSeconds;
  }

  /**
   * Takes the next packet.
   *
   * @param duration samples of each channel that it decodes to
   */
  void take(OggPacket packet, int duration) throws UnusableAudioException {
    samples += duration;
    if (packet.granule() != OggPage.NO_GRANULE) {
      if (pages == 0) {
        origin = packet.granule() - samples;
      }
      pages++;
    }
    // Less than a second is cut off, of which nobody knows before the last page.
    AudioLimits.checkBegun(samples - sampleRate, sampleRate, maxSeconds);
  }

  /** Samples that all packets decode to. */
  long samples() {
    return samples;
  }

  /**
   * The position of the first sample. Of a stream of one page a position below the number of
   * samples cuts off its end, of a longer one the beginning.
   */
  long origin() {
    return pages == 1 ? Math.max(0, origin) : origin;
  }

  /**
   * How many samples to keep.
   *
   * @param skip samples to drop in front
   * @param granule position that the last page gives
   * @throws UnusableAudioException if there are fewer samples than that says, too many or none
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
