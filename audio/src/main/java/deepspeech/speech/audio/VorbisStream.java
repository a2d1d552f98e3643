package deepspeech.speech.audio;

import deepspeech.speech.audio.OggPackets.OggPacket;
import deepspeech.speech.audio.codec.Codec;
import deepspeech.speech.audio.codec.EncodedAudio;
import deepspeech.speech.audio.failure.UnusableAudioException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads Vorbis in Ogg with 1 to 8 channels.
 *
 * <p>Source: Xiph.Org, "Vorbis I specification".
 */
final class VorbisStream {
  private static final Magic IDENTIFICATION = magic(1);
  private static final Magic COMMENT = magic(3);
  private static final Magic SETUP = magic(5);
  private static final int IDENTIFICATION_BYTES = 30;
  private static final int MAX_CHANNELS = 8;
  private static final int MIN_BLOCK_BITS = 6;
  private static final int MAX_BLOCK_BITS = 13;

  /** An empty comment header. Comments contain text and pictures, which a decoder does not need. */
  private static final byte[] NO_COMMENTS = noComments();

  private VorbisStream() {}

  /** Whether the first packet of a stream is a Vorbis header. */
  static boolean begins(byte[] packet) {
    return IDENTIFICATION.begins(packet);
  }

  /**
   * Reads the rest of a stream after its first packet.
   *
   * @param identification the first packet
   * @param packets the following packets
   * @param maxSeconds largest allowed duration
   */
  static EncodedTrack read(byte[] identification, OggPackets packets, double maxSeconds)
      throws UnusableAudioException {
    if (identification.length < IDENTIFICATION_BYTES) {
      throw UnusableAudioException.broken("the first header of the Vorbis file is damaged");
    }
    ByteBuffer fields = ByteBuffer.wrap(identification).order(ByteOrder.LITTLE_ENDIAN);
    int version = fields.getInt(7);
    int channels = fields.get(11) & 0xFF;
    long sampleRate = fields.getInt(12) & 0xFFFFFFFFL;
    int shortBits = fields.get(28) & 15;
    int longBits = fields.get(28) >> 4 & 15;
    if (version != 0 || channels < 1 || channels > MAX_CHANNELS) {
      throw UnusableAudioException.broken(
          "the Vorbis file is of version %d with %d channels; version 0 with 1 to %d is supported"
              .formatted(version, channels, MAX_CHANNELS));
    }
    if (shortBits < MIN_BLOCK_BITS || longBits < shortBits || longBits > MAX_BLOCK_BITS) {
      throw UnusableAudioException.broken("the first header of the Vorbis file is damaged");
    }
    AudioLimits.check(0, sampleRate, maxSeconds);
    header(packets, COMMENT, "second");
    byte[] setup = header(packets, SETUP, "third");
    VorbisModes modes = VorbisModes.of(setup, 1 << shortBits, 1 << longBits);
    packets.endHeaders();
    OggTimeline timeline = new OggTimeline((int) sampleRate, maxSeconds);
    List<byte[]> audio = new ArrayList<>();
    for (Optional<OggPacket> packet = packets.next(); packet.isPresent(); packet = packets.next()) {
      timeline.add(packet.get(), modes.duration(packet.get().content()));
      audio.add(packet.get().content());
    }
    long skip = Math.max(0, -timeline.origin());
    long wanted = timeline.wanted(skip, packets.granule());
    byte[] headers = laced(identification, setup);
    return new EncodedTrack(
        new EncodedAudio(Codec.VORBIS, headers, channels, (int) sampleRate, audio),
        timeline.samples(),
        skip,
        wanted);
  }

  private static byte[] header(OggPackets packets, Magic magic, String which)
      throws UnusableAudioException {
    Optional<OggPacket> packet = packets.next();
    if (packet.isEmpty() || !magic.begins(packet.get().content())) {
      throw UnusableAudioException.broken(
          "the %s header of the Vorbis file is missing or damaged".formatted(which));
    }
    return packet.get().content();
  }

  /** Joins the three headers in the form that Matroska and the decoders of ffmpeg use. */
  private static byte[] laced(byte[] identification, byte[] setup) {
    ByteArrayOutputStream headers = new ByteArrayOutputStream();
    headers.write(2);
    for (byte[] header : new byte[][] {identification, NO_COMMENTS}) {
      int left = header.length;
      for (; left >= 255; left -= 255) {
        headers.write(255);
      }
      headers.write(left);
    }
    headers.writeBytes(identification);
    headers.writeBytes(NO_COMMENTS);
    headers.writeBytes(setup);
    return headers.toByteArray();
  }

  private static byte[] noComments() {
    byte[] comment = Arrays.copyOf(COMMENT.toArray(), COMMENT.length() + 9);
    comment[comment.length - 1] = 1;
    return comment;
  }

  private static Magic magic(int type) {
    return new Magic((char) type + "vorbis");
  }
}
