package deepspeech.speech.audio;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/**
 * The information frame that an encoder writes before an MP3 stream to describe it. It decodes to
 * silence and is not part of the audio.
 *
 * <p>Sources: "Mp3 Info Tag revision 1 specifications" of LAME; G. Bouvigne, "VBRI header".
 *
 * @param frames number of audio frames after it; 0 if not stated
 * @param delay samples that the encoder added at the beginning; 0 without {@link #hasDelay}
 * @param padding samples that the encoder added at the end; 0 without {@link #hasDelay}
 * @param hasDelay whether delay and padding are stated; LAME and ffmpeg state them
 */
record Mp3Information(long frames, int delay, int padding, boolean hasDelay) {
  private static final long XING = fourCc("Xing");
  private static final long INFO = fourCc("Info");
  private static final long VBRI = fourCc("VBRI");
  private static final Set<Long> GIVE_DELAY =
      Set.of(fourCc("LAME"), fourCc("Lavf"), fourCc("Lavc"));

  /**
   * The offset of VBRI. It is the end of the side information of two MPEG-1 channels, whatever the
   * frame is.
   */
  private static final int VBRI_OFFSET = 4 + 32;

  private static final int VBRI_FRAMES = 14;

  private static final int HAS_FRAMES = 1;
  private static final int HAS_BYTES = 2;
  private static final int HAS_INDEX = 4;
  private static final int HAS_QUALITY = 8;
  private static final int INDEX_BYTES = 100;
  private static final int DELAY_OFFSET = 21;

  /** Parses the frame at an offset; empty if it is not an information frame. */
  static Optional<Mp3Information> at(byte[] file, int at, Mp3Header header) {
    if (file.length - at < header.bytes()) {
      return Optional.empty();
    }
    ByteBuffer frame = ByteBuffer.wrap(file, at, header.bytes()).slice();
    // LAME does not leave space for the checksum, other encoders do.
    int xing = header.sideInformationBytes() + 4;
    for (int offset : new int[] {xing, xing + 2}) {
      long magic = number(frame, offset);
      if (magic == XING || magic == INFO) {
        return Optional.of(xing(frame, offset));
      }
    }
    if (number(frame, VBRI_OFFSET) == VBRI) {
      return Optional.of(new Mp3Information(number(frame, VBRI_OFFSET + VBRI_FRAMES), 0, 0, false));
    }
    return Optional.empty();
  }

  private static Mp3Information xing(ByteBuffer frame, int offset) {
    long flags = number(frame, offset + 4);
    int at = offset + 8;
    long frames = 0;
    if ((flags & HAS_FRAMES) != 0) {
      frames = number(frame, at);
      at += 4;
    }
    at += (flags & HAS_BYTES) != 0 ? 4 : 0;
    at += (flags & HAS_INDEX) != 0 ? INDEX_BYTES : 0;
    at += (flags & HAS_QUALITY) != 0 ? 4 : 0;
    if (!GIVE_DELAY.contains(number(frame, at)) || frame.capacity() < at + DELAY_OFFSET + 3) {
      return new Mp3Information(frames, 0, 0, false);
    }
    int delays = (int) (number(frame, at + DELAY_OFFSET - 1) & 0xFFFFFF);
    return new Mp3Information(frames, delays >> 12, delays & 0xFFF, true);
  }

  /**
   * Whether a file with this number of frames after the information frame is complete. The numbers
   * of LAME and ffmpeg are exact. Some other encoders count the information frame and some do not.
   */
  boolean allows(long counted) {
    return frames == 0 || Math.abs(frames - counted) <= (hasDelay ? 0 : 1);
  }

  private static long fourCc(String name) {
    return ByteBuffer.wrap(name.getBytes(StandardCharsets.US_ASCII)).getInt();
  }

  private static long number(ByteBuffer frame, int at) {
    return frame.capacity() < at + 4 ? 0 : frame.getInt(at) & 0xFFFFFFFFL;
  }
}
