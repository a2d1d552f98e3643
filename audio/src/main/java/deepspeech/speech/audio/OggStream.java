package deepspeech.speech.audio;

import deepspeech.speech.audio.OggPackets.OggPacket;
import deepspeech.speech.audio.failure.UnusableAudioException;
import java.util.Optional;

/** Reads the audio stream of an Ogg file. */
final class OggStream {
  private OggStream() {}

  /**
   * Extracts the packets of a file.
   *
   * @param file content of the file without leading tags; trailing tags and zeros are allowed
   * @param maxSeconds largest allowed duration
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
            .orElse("the Ogg file has no Vorbis or Opus; only these are supported in Ogg"));
  }
}
