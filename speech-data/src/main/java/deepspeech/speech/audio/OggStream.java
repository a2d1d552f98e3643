package deepspeech.speech.audio;

import deepspeech.speech.audio.OggPackets.OggPacket;
import java.util.Optional;

/** The audio stream of an Ogg file. */
final class OggStream {
  private OggStream() {}

  /**
   * Takes a file apart.
   *
   * @param file without tags in front; behind it there may be tags and zeros
   * @param maxSeconds longer audio is refused
   * @throws UnusableAudioException if the file is broken, of another codec or too long
   */
  static EncodedTrack read(byte[] file, double maxSeconds) throws UnusableAudioException {
    OggPackets packets = new OggPackets(file);
    Optional<OggPacket> first = packets.next();
    if (first.isPresent() && VorbisStream.begins(first.get().content())) {
      return VorbisStream.read(first.get().content(), packets, maxSeconds);
    }
    if (first.isPresent() && OpusStream.begins(first.get().content())) {
      return OpusStream.read(first.get().content(), packets, maxSeconds);
    }
    throw UnusableAudioException.broken(
        first
            .flatMap(packet -> UnreadableFormat.inOgg(packet.content()))
            .map(UnreadableFormat::message)
            .orElse("the Ogg file has no Vorbis or Opus, which alone are supported in Ogg"));
  }
}
