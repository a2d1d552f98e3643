package deepspeech.speech.audio;

/**
 * A page of an Ogg file.
 *
 * @param flags whether a packet is continued, whether the stream begins and ends here
 * @param granule where the last packet that ends here ends, as its codec counts; {@link
 *     #NO_GRANULE} if none does
 * @param serial which of the streams of the file it belongs to
 * @param number of the page in its stream
 * @param file that it lies in
 * @param lacing where the lengths of its segments lie, which are followed by the segments
 * @param segments how many there are
 */
record OggPage(
    int flags, long granule, int serial, int number, byte[] file, int lacing, int segments) {
  static final long NO_GRANULE = -1;

  private static final int CONTINUED = 1;
  private static final int FIRST = 2;
  private static final int LAST = 4;

  /** Whether it begins with the rest of a packet. */
  boolean isContinued() {
    return (flags & CONTINUED) != 0;
  }

  /** Whether its stream begins. */
  boolean isFirst() {
    return (flags & FIRST) != 0;
  }

  /** Whether its stream ends. */
  boolean isLast() {
    return (flags & LAST) != 0;
  }

  /** Where the first segment begins. */
  int data() {
    return lacing + segments;
  }

  /** Bytes of a segment; one of 255 is continued by the next. */
  int length(int segment) {
    return file[lacing + segment] & 0xFF;
  }

  /** Whether its data begin so. */
  boolean beginsWith(Magic magic) {
    return magic.isAt(file, data());
  }
}
