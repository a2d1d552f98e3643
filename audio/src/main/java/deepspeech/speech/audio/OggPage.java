package deepspeech.speech.audio;

/**
 * A page of an Ogg file.
 *
 * @param flags whether the page continues a packet, and whether the stream begins or ends here
 * @param granule position of the end of the last packet that ends on this page, in units of the
 *     codec; {@link #NO_GRANULE} if none does
 * @param serial serial number of the stream of the page
 * @param number number of the page in its stream
 * @param file content of the file
 * @param lacing offset of the segment lengths, which are followed by the segments
 * @param segments number of segments
 */
record OggPage(
    int flags, long granule, int serial, int number, byte[] file, int lacing, int segments) {
  static final long NO_GRANULE = -1;

  private static final int CONTINUED = 1;
  private static final int FIRST = 2;
  private static final int LAST = 4;

  /** Whether the page begins with the rest of a packet. */
  boolean isContinued() {
    return (flags & CONTINUED) != 0;
  }

  /** Whether the stream begins with this page. */
  boolean isFirst() {
    return (flags & FIRST) != 0;
  }

  /** Whether the stream ends with this page. */
  boolean isLast() {
    return (flags & LAST) != 0;
  }

  /** The offset of the first segment. */
  int data() {
    return lacing + segments;
  }

  /** The size of a segment in bytes. A segment of 255 bytes is continued by the next segment. */
  int length(int segment) {
    return file[lacing + segment] & 0xFF;
  }

  /** Whether the data of the page begin with magic bytes. */
  boolean beginsWith(Magic magic) {
    return magic.isAt(file, data());
  }
}
