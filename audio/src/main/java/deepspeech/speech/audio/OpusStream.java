package deepspeech.speech.audio;

import deepspeech.speech.audio.OggPackets.OggPacket;
import deepspeech.speech.audio.codec.Codec;
import deepspeech.speech.audio.codec.EncodedAudio;
import deepspeech.speech.audio.failure.UnusableAudioException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads Opus in Ogg with 1 to 8 channels. It is decoded at 48 kHz, whatever the original sample
 * rate is.
 *
 * <p>Source: RFC 7845 (file format), RFC 6716, section 3 (duration of a packet).
 */
final class OpusStream {
  private static final Magic HEAD = new Magic("OpusHead");
  private static final Magic COMMENT = new Magic("OpusTags");
  private static final int SAMPLE_RATE = 48_000;
  private static final int HEAD_BYTES = 19;
  private static final int MAPPING = 21;
  private static final int SILENCE = 255;
  private static final int MAX_CHANNELS = 8;

  /** The longest packet: 120 ms. */
  private static final int MAX_PACKET_SAMPLES = 5760;

  private static final int[] SILK_SAMPLES = {480, 960, 1920, 2880};
  private static final int[] HYBRID_SAMPLES = {480, 960};
  private static final int[] CELT_SAMPLES = {120, 240, 480, 960};

  private OpusStream() {}

  /** Whether the first packet of a stream is an Opus header. */
  static boolean begins(byte[] packet) {
    return HEAD.begins(packet);
  }

  /**
   * Reads the rest of a stream after its first packet.
   *
   * @param head the first packet
   * @param packets the following packets
   * @param maxSeconds largest allowed duration
   */
  static EncodedTrack read(byte[] head, OggPackets packets, double maxSeconds)
      throws UnusableAudioException {
    checkHead(head);
    Optional<OggPacket> comment = packets.next();
    if (comment.isEmpty() || !COMMENT.begins(comment.get().content())) {
      throw UnusableAudioException.broken(
          "the second header of the Opus file is missing or damaged");
    }
    packets.endHeaders();
    OggTimeline timeline = new OggTimeline(SAMPLE_RATE, maxSeconds);
    List<byte[]> audio = new ArrayList<>();
    for (Optional<OggPacket> packet = packets.next(); packet.isPresent(); packet = packets.next()) {
      timeline.add(packet.get(), duration(packet.get().content()));
      audio.add(packet.get().content());
    }
    int skip = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getShort(10) & 0xFFFF;
    long wanted = timeline.wanted(skip, packets.granule());
    return new EncodedTrack(
        new EncodedAudio(Codec.OPUS, head, head[9], SAMPLE_RATE, audio),
        timeline.samples(),
        skip,
        wanted);
  }

  private static void checkHead(byte[] head) throws UnusableAudioException {
    if (head.length < HEAD_BYTES || (head[8] & 0xF0) != 0) {
      throw UnusableAudioException.broken("the first header of the Opus file is damaged");
    }
    int channels = head[9] & 0xFF;
    int family = head[18] & 0xFF;
    if (channels < 1 || family > 1 || channels > (family == 0 ? 2 : MAX_CHANNELS)) {
      throw UnusableAudioException.broken(
          "the Opus file has %d channels of mapping family %d; 1 or 2 of family 0 and 1 to %d of family 1 are supported"
              .formatted(channels, family, MAX_CHANNELS));
    }
    if (family == 1 && !isMapped(head, channels)) {
      throw UnusableAudioException.broken("the channel mapping of the Opus file is damaged");
    }
  }

  private static boolean isMapped(byte[] head, int channels) {
    if (head.length < MAPPING + channels) {
      return false;
    }
    int streams = head[19] & 0xFF;
    int coupled = head[20] & 0xFF;
    boolean isMapped = streams > 0 && coupled <= streams && streams + coupled <= 255;
    for (int i = MAPPING; i < MAPPING + channels; i++) {
      int stream = head[i] & 0xFF;
      isMapped &= stream < streams + coupled || stream == SILENCE;
    }
    return isMapped;
  }

  /**
   * Returns the number of samples that a packet decodes to. If a packet contains several streams,
   * each has as many samples as the first.
   */
  private static int duration(byte[] packet) throws UnusableAudioException {
    int configuration = packet[0] >> 3 & 31;
    int frame;
    if (configuration < 12) {
      frame = SILK_SAMPLES[configuration & 3];
    } else if (configuration < 16) {
      frame = HYBRID_SAMPLES[configuration & 1];
    } else {
      frame = CELT_SAMPLES[configuration & 3];
    }
    int frames =
        switch (packet[0] & 3) {
          case 0 -> 1;
          case 3 -> packet.length < 2 ? 0 : packet[1] & 63;
          default -> 2;
        };
    if (frames == 0 || frames * frame > MAX_PACKET_SAMPLES) {
      throw UnusableAudioException.broken("a packet of the Opus file is damaged");
    }
    return frames * frame;
  }
}
