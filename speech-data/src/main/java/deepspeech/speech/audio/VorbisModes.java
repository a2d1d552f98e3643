package deepspeech.speech.audio;

/**
 * How many samples each packet of a Vorbis stream decodes to, told from its first bits: they name a
 * mode, and the mode one of the two block sizes.
 *
 * <p>The modes stand at the end of the setup header, behind codebooks and residues of any length.
 * They are read backwards, as the parser of ffmpeg does: each mode is 41 bits of which 32 are
 * zeros, in front of them is their number.
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
   * Reads the modes.
   *
   * @param setup the third header packet
   * @param shortBlock samples of the smaller block size
   * @param longBlock samples of the larger one
   */
  static VorbisModes of(byte[] setup, int shortBlock, int longBlock) throws UnusableAudioException {
    int end = 8 * setup.length;
    while (end > 0 && bits(setup, end - 1, 1) == 0) {
      end--;
    }
    // The last bit set is that of the framing, which belongs to no mode.
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
   * Samples of each channel that the next packet decodes to, 0 of the first one: a packet completes
   * the second half of the block before it.
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

  /** Bits of a packet, the least significant one of a byte first. */
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
