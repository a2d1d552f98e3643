package deepspeech.dataprep.audio;

import deepspeech.dataprep.audio.codec.CodecProcesses;
import deepspeech.dataprep.audio.codec.PacketDecoder;
import deepspeech.dataprep.storage.DataStorage;
import deepspeech.dataprep.storage.LocalFiles;
import deepspeech.dataprep.storage.Location;
import deepspeech.dataprep.storage.StorageException;
import deepspeech.dataprep.storage.UnreadableFileException;
import deepspeech.messages.deadletter.LeftOutReason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Reads audio files as mono audio of one sample rate. The content of a file, never its name,
 * decides how it is decoded.
 *
 * <p>Instances can be shared between threads.
 */
public final class AudioReader {
  private static final int MAX_FILE_BYTES = 1 << 28;
  private static final int MOST_FILTER_BYTES = 1 << 25;

  private final List<AudioDecoder> decoders;
  private final Resamplers resamplers;
  private final int sampleRate;
  private final double maxSeconds;

  /**
   * Makes a reader.
   *
   * @param sampleRate the rate of everything that it returns, samples a second
   * @param maxSeconds longer audio is refused, before memory is allocated for it
   */
  public AudioReader(int sampleRate, double maxSeconds) {
    this(sampleRate, maxSeconds, CodecProcesses.shared());
  }

  /** A reader with another decoder of MP3, Vorbis and Opus. */
  AudioReader(int sampleRate, double maxSeconds, PacketDecoder codecs) {
    this.decoders = List.of(new WavDecoder(), new FlacDecoder(), new CompressedDecoder(codecs));
    this.sampleRate = sampleRate;
    this.resamplers = new Resamplers(sampleRate, MOST_FILTER_BYTES);
    this.maxSeconds = maxSeconds;
  }

  /**
   * Reads a file of this machine.
   *
   * @return mono audio at the reader's sample rate
   * @throws UnusableAudioException if the file is missing, broken, of an unknown format or too long
   */
  public Waveform read(Path file) throws UnusableAudioException {
    return atSampleRate(decode(content(() -> LocalFiles.read(file, MAX_FILE_BYTES))));
  }

  /**
   * Reads a file or an object.
   *
   * @return mono audio at the reader's sample rate
   * @throws UnusableAudioException if it is missing, broken, of an unknown format or too long
   * @throws StorageException if the store is away, which tells nothing about the audio
   */
  public Waveform read(DataStorage storage, Location file) throws UnusableAudioException {
    return atSampleRate(decode(content(() -> storage.read(file, MAX_FILE_BYTES))));
  }

  /** The bytes of a file. */
  @FunctionalInterface
  private interface Content {
    byte[] read() throws IOException;
  }

  private static byte[] content(Content file) throws UnusableAudioException {
    try {
      return file.read();
    } catch (UnreadableFileException e) {
      throw new UnusableAudioException(
          switch (e.problem()) {
            case MISSING -> LeftOutReason.MISSING_AUDIO;
            case TOO_LARGE -> LeftOutReason.TOO_LONG;
            case DAMAGED -> LeftOutReason.BROKEN_AUDIO;
          },
          e.getMessage(),
          e);
    } catch (IOException e) {
      throw new UnusableAudioException(
          LeftOutReason.MISSING_AUDIO, "the audio file cannot be read", e);
    }
  }

  Waveform decode(byte[] content) throws UnusableAudioException {
    if (content.length == 0) {
      throw UnusableAudioException.broken("the file is empty");
    }
    int begin = Tags.before(content);
    if (begin == content.length) {
      throw UnusableAudioException.broken("the file has nothing but tags or zeros");
    }
    byte[] audio = begin == 0 ? content : Arrays.copyOfRange(content, begin, content.length);
    for (AudioDecoder decoder : decoders) {
      if (decoder.recognises(audio)) {
        return decoder.decode(audio, maxSeconds);
      }
    }
    throw UnusableAudioException.broken(
        "the content is of no known audio format; allowed are WAV, FLAC, MP3 and Ogg with Vorbis or Opus");
  }

  private Waveform atSampleRate(Waveform waveform) {
    if (waveform.sampleRate() == sampleRate) {
      return waveform;
    }
    Resampler resampler = resamplers.from(waveform.sampleRate());
    return new Waveform(resampler.resample(waveform.samples()), sampleRate);
  }
}
