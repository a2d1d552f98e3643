package deepspeech.speech.audio;

import deepspeech.speech.audio.failure.UnusableAudioException;

/**
 * Computes the number of samples that each packet of a Vorbis stream decodes to. The first bits of
 * a packet name a mode, and the mode determines one of the two block sizes.
 *
 * <p>The modes are at the end of the setup header, after codebooks and residues of any length. They
 * are parsed backwards, as in ffmpeg's parser. Each mode has 41 bits, of which 32 are zeros. The
 * number of modes precedes them.
 *
 * <p>Source: Xiph.Org, "Vorbis I specification", 4.2.4 and 4.3.1.
 */
final class VorbisModes {
  private static final int MOST_MODES = 64;
  private static final int COUNT_BITS = 6;

  private final int[] blocks;
  private int previous;

  private VorbisModes(int[] blocks) {
    this.blocks = blocks;
  }

  /**
   * Parses the modes.
   *
   * @param setup the third header packet
   * @param shortBlock samples of a short block
   * @param longBlock samples of a long block
   */
  static VorbisModes of(byte[] setup, int shortBlock, int longBlock) throws UnusableAudioException {
    int end = 8 * setup.length;
    while (end > 0 && bits(setup, end - 1, 1) == 0) {
      end--;
    }
    // The last set bit is the framing bit, which belongs to no mode.
    int at = end - 1;
    int count = 0;
    int found = 0;
    while (count < MOST_MODES && isMode(setup, at - 41)) {
      at -= 41;
      count++;
      if (at >= COUNT_BITS && bits(setup, at - COUNT_BITS, COUNT_BITS) + 1 == count) {
        found = count;
      }
    }
    if (found == 0) {
      throw UnusableAudioException.broken("the setup header of the Vorbis file is damaged");
    }
    int[] blocks = new int[found];
    int first = end - 1 - 41 * found;
    for (int i = 0; i < found; i++) {
      blocks[i] = bits(setup, first + 41 * i, 1) == 0 ? shortBlock : longBlock;
    }
    return new VorbisModes(blocks);
  }

  /**
   * Returns the number of samples of each channel that the next packet decodes to. It is 0 for the
   * first packet, because a packet completes the second half of the block before it.
   */
  int duration(byte[] packet) throws UnusableAudioException {
    int modeBits = Integer.SIZE - Integer.numberOfLeadingZeros(blocks.length - 1);
    int mode = packet[0] >> 1 & ((1 << modeBits) - 1);
    if ((packet[0] & 1) != 0 || mode >= blocks.length) {
      throw UnusableAudioException.broken("a packet of the Vorbis file is damaged");
    }
    int block = blocks[mode];
    int duration = previous == 0 ? 0 : previous / 4 + block / 4;
    previous = block;
    return duration;
  }

  private static boolean isMode(byte[] setup, int at) {
    return at >= COUNT_BITS
        && bits(setup, at + 1, 16) == 0
        && bits(setup, at + 17, 16) == 0
        && bits(setup, at + 33, 8) < MOST_MODES;
  }

  /** Reads bits of a packet, least significant bit of a byte first. */
  private static int bits(byte[] packet, int from, int count) {
    int value = 0;
    for (int i = 0; i < count; i++) {
      int at = from + i;
      int bit = (packet[at >> 3] >> (at & 7)) & 1;
      value |= bit << i;
    }
    return value;
  }
}
