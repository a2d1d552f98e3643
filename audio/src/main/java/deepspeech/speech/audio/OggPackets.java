package deepspeech.speech.audio;

import deepspeech.speech.audio.failure.UnusableAudioException;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the packets of the single audio stream of an Ogg file in order. Skeleton pages, which
 * describe the streams of a file, are skipped. Any other second stream, multiplexed or chained,
 * makes the file broken, because it could contain half of the utterance. A missing page makes the
 * file broken too.
 *
 * <p>A recorder that is interrupted does not mark the last page and may leave zeros after it. Both
 * are allowed.
 *
 * <p>Source: RFC 3533; Xiph.Org, "Ogg Skeleton 4".
 */
final class OggPackets {
  private static final Magic SKELETON = new Magic("fishead\0");

  private final OggPages pages;
  private final Set<Integer> skeletons = new HashSet<>();
  private final Deque<OggPacket> ready = new ArrayDeque<>();
  private final ByteArrayOutputStream open = new ByteArrayOutputStream();
  private boolean isOpen;
  private boolean hasBegun;
  private boolean hasEnded;
  private boolean mayStartLater;
  private boolean isRest;
  private int serial;
  private int nextNumber;
  private long granule = OggPage.NO_GRANULE;

  /**
   * Starts before the first packet.
   *
   * @param file content of the file without leading tags
   */
  OggPackets(byte[] file) {
    this.pages = new OggPages(file);
  }

  /**
   * A packet.
   *
   * @param content content of the packet, at least one byte
   * @param granule granule position of its page if it is the last packet that ends on the page,
   *     else {@link OggPage#NO_GRANULE}
   */
  record OggPacket(byte[] content, long granule) {}

  /** Returns the next packet; empty at the end. */
  Optional<OggPacket> next() throws UnusableAudioException {
    while (ready.isEmpty()) {
      Optional<OggPage> page = pages.next();
      if (page.isEmpty()) {
        if (isOpen) {
          throw UnusableAudioException.broken(
              "the Ogg file is truncated: its last packet is not whole");
        }
        return Optional.empty();
      }
      if (isOfAudio(page.get())) {
        add(page.get());
      }
    }
    return Optional.of(ready.remove());
  }

  /**
   * Marks the end of the header packets. If the stream was cut out of a longer one, or recorded
   * from a live stream, the page after the headers has a later number and may begin with the rest
   * of a packet.
   */
  void endHeaders() {
    mayStartLater = ready.isEmpty() && !isOpen;
  }

  /**
   * The granule position of the latest page that has one; {@link OggPage#NO_GRANULE} if none has.
   */
  long granule() {
    return granule;
  }

  private boolean isOfAudio(OggPage page) throws UnusableAudioException {
    if (!page.isFirst()) {
      if (hasBegun && page.serial() == serial) {
        return true;
      }
      if (skeletons.contains(page.serial())) {
        return false;
      }
      throw UnusableAudioException.broken(
          hasBegun
              ? "the Ogg file has pages of a second stream"
              : "the Ogg file begins in the middle of a stream");
    }
    if (page.beginsWith(SKELETON)) {
      skeletons.add(page.serial());
      return false;
    }
    if (hasBegun) {
      throw UnusableAudioException.broken(
          "the Ogg file has more than one stream; one of Vorbis or Opus is supported");
    }
    hasBegun = true;
    serial = page.serial();
    nextNumber = page.number();
    return true;
  }

  private void add(OggPage page) throws UnusableAudioException {
    if (hasEnded) {
      throw UnusableAudioException.broken("the Ogg file has pages after the end of its stream");
    }
    boolean startsLater = mayStartLater && Integer.compareUnsigned(page.number(), nextNumber) > 0;
    mayStartLater = false;
    if (startsLater) {
      isRest = page.isContinued();
    } else if (page.number() != nextNumber || page.isContinued() != isOpen) {
      throw UnusableAudioException.broken(
          "page %d of the Ogg stream is missing".formatted(nextNumber & 0xFFFFFFFFL));
    }
    nextNumber = page.number() + 1;
    hasEnded = page.isLast();
    if (takePackets(page) && page.granule() != OggPage.NO_GRANULE) {
      takeGranule(page);
    }
  }

  /** Returns whether a packet ends on the page. */
  private boolean takePackets(OggPage page) {
    boolean ends = false;
    int at = page.data();
    for (int i = 0; i < page.segments(); i++) {
      open.write(page.file(), at, page.length(i));
      at += page.length(i);
      isOpen = page.length(i) == 255;
      if (!isOpen) {
        // Some recorders end a stream with an empty packet, which is ignored.
        if (open.size() > 0 && !isRest) {
          ready.add(new OggPacket(open.toByteArray(), OggPage.NO_GRANULE));
        }
        open.reset();
        isRest = false;
        ends = true;
      }
    }
    return ends;
  }

  private void takeGranule(OggPage page) throws UnusableAudioException {
    if (page.granule() < Math.max(0, granule)) {
      throw UnusableAudioException.broken(
          "page %d of the Ogg stream gives position %d, before that of the page before"
              .formatted(page.number() & 0xFFFFFFFFL, page.granule()));
    }
    granule = page.granule();
    if (!ready.isEmpty()) {
      ready.add(new OggPacket(ready.removeLast().content(), granule));
    }
  }
}
