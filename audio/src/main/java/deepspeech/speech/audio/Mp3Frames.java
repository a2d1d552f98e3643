package deepspeech.speech.audio;

import deepspeech.speech.audio.codec.Codec;
import deepspeech.speech.audio.codec.EncodedAudio;
import deepspeech.speech.audio.failure.UnusableAudioException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The frames of an MP3 file.
 *
 * <p>Players skip unknown bytes and search for the next frame. Here a file is broken if its frames
 * are not contiguous, if they change the sample rate or the channels, if their main data are
 * missing, or if their number differs from the encoder's. Delay and padding of the encoder are
 * removed if the file states them, as in ffmpeg and mpg123.
 */
final class Mp3Frames {
  /** The delay of every decoder, in samples. */
  private static final int DECODER_DELAY = 529;

  /** An upper bound of the delay and padding of any file together, in samples. */
  private static final int MOST_TRIMMED = 2 * 4096;

  private static final byte[] NO_HEADER = {};

  private Mp3Frames() {}

  /** Whether a file begins with a frame. */
  static boolean begins(byte[] file) {
    return Mp3Header.isAt(file, 0);
  }

  /**
   * Extracts the frames of a file.
   *
   * @param file content of the file without leading tags; trailing tags and zeros are allowed
   * @param maxSeconds largest allowed duration
   * @throws UnusableAudioException if the file is broken or too long
   */
  static EncodedTrack read(byte[] file, double maxSeconds) throws UnusableAudioException {
    Mp3Header first = Mp3Header.at(file, 0);
    Optional<Mp3Information> information = Mp3Information.at(file, 0, first);
    List<byte[]> frames = frames(file, information.isPresent() ? first.bytes() : 0, maxSeconds);
    if (frames.isEmpty()) {
      throw UnusableAudioException.broken("the MP3 file has no audio");
    }
    Mp3Header header = Mp3Header.at(frames.get(0), 0);
    long samples = (long) frames.size() * header.samples();
    long skip = 0;
    long wanted = samples;
    if (information.isPresent()) {
      checkCount(information.get(), frames.size());
      if (information.get().hasDelay()) {
        skip = (long) information.get().delay() + DECODER_DELAY;
        wanted -= information.get().delay() + information.get().padding();
        wanted = Math.min(wanted, samples - skip);
      }
    }
    if (wanted <= 0) {
      throw UnusableAudioException.broken("the MP3 file has no audio");
    }
    AudioLimits.check(wanted, header.sampleRate(), maxSeconds);
    EncodedAudio audio =
        new EncodedAudio(Codec.MP3, NO_HEADER, header.channels(), header.sampleRate(), frames);
    return new EncodedTrack(audio, samples, skip, wanted);
  }

  private static List<byte[]> frames(byte[] file, int from, double maxSeconds)
      throws UnusableAudioException {
    List<byte[]> frames = new ArrayList<>();
    Mp3Header first = Mp3Header.at(file, Mp3Header.isAt(file, from) ? from : 0);
    Mp3Reservoir reservoir = new Mp3Reservoir();
    int at = from;
    while (at < file.length) {
      if (!Mp3Header.isAt(file, at)) {
        if (Tags.fillTheRest(file, at)) {
          break;
        }
        throw UnusableAudioException.broken(
            "the MP3 file has something other than a frame after frame %d"
                .formatted(frames.size()));
      }
      Mp3Header header = Mp3Header.at(file, at);
      if (!first.precedes(header)) {
        throw UnusableAudioException.broken(
            "the MP3 file changes from %s to %s at frame %d"
                .formatted(described(first), described(header), frames.size()));
      }
      if (header.bytes() > file.length - at) {
        throw UnusableAudioException.broken(
            "the MP3 file is truncated: its last frame has %d of %d bytes"
                .formatted(file.length - at, header.bytes()));
      }
      if (at > 0 && Mp3Information.at(file, at, header).isPresent()) {
        throw UnusableAudioException.broken(
            "a second MP3 stream begins at frame %d of the file".formatted(frames.size()));
      }
      byte[] frame = Arrays.copyOfRange(file, at, at + header.bytes());
      if (!reservoir.holds(frame, header)) {
        throw UnusableAudioException.broken(
            "frame %d of the MP3 file does not follow the one before: frames are missing or damaged"
                .formatted(frames.size()));
      }
      frames.add(frame);
      AudioLimits.checkBegun(
          (long) frames.size() * first.samples() - MOST_TRIMMED, first.sampleRate(), maxSeconds);
      at += header.bytes();
    }
    return frames;
  }

  private static void checkCount(Mp3Information information, int frames)
      throws UnusableAudioException {
    if (!information.allows(frames)) {
      throw UnusableAudioException.broken(
          "the MP3 file has %d frames but its encoder wrote %d: truncated or joined with another"
              .formatted(frames, information.frames()));
    }
  }

  private static String described(Mp3Header header) {
    return header.sampleRate() + (header.channels() == 1 ? " Hz mono" : " Hz stereo");
  }
}
