package deepspeech.speech.audio;

import deepspeech.messages.features.SkipReason;
import deepspeech.speech.audio.codec.CodecProcesses;
import deepspeech.speech.audio.codec.PacketDecoder;
import deepspeech.speech.audio.failure.UnusableAudioException;
import deepspeech.speech.common.FileKind;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads audio files as mono audio of one sample rate. The format is detected from the content of a
 * file, never from its name.
 *
 * <p>Instances can be shared between threads.
 */
public final class AudioReader {
  private static final int MAX_FILE_BYTES = 1 << 28;
  private static final double LONGEST_RECORDING_SECONDS = 600;
  private static final int MOST_FILTER_BYTES = 1 << 25;

  private final List<AudioDecoder> decoders;
  private final Object longRecording = new Object();
  private final Resamplers resamplers;
  private final int sampleRate;
  private final double maxSeconds;

  /**
   * Creates a reader.
   *
   * @param sampleRate sample rate of the returned audio, in samples a second
   * @param maxSeconds largest allowed duration; longer audio is refused before memory is allocated
   *     for it
   */
  public AudioReader(int sampleRate, double maxSeconds) {
    this(sampleRate, maxSeconds, CodecProcesses.shared());
  }

  /** Creates a reader with another decoder of MP3, Vorbis and Opus. */
  AudioReader(int sampleRate, double maxSeconds, PacketDecoder codecs) {
    this.decoders = List.of(new WavDecoder(), new FlacDecoder(), new CompressedDecoder(codecs));
    this.sampleRate = sampleRate;
    this.resamplers = new Resamplers(sampleRate, MOST_FILTER_BYTES);
    this.maxSeconds = maxSeconds;
  }

  /**
   * Reads the content of a file.
   *
   * @return mono audio at the reader's sample rate
   * @throws UnusableAudioException if the content is broken, of an unknown format or too long
   */
  public Waveform read(byte[] content) throws UnusableAudioException {
    return atSampleRate(decode(content));
  }

  /**
   * Reads a recording.
   *
   * @return mono audio at the reader's sample rate
   * @throws UnusableAudioException if the audio is missing, broken, of an unknown format or too
   *     long
   */
  public Waveform read(AudioSource source) throws UnusableAudioException {
    return read(content(source));
  }

  /**
   * Reads a part of a recording. A WAV recording may have any length, because only its header and
   * the part are read. Any other recording is decoded to its end, so it may last at most ten
   * minutes. To bound the memory, only one recording that is longer than an utterance is decoded at
   * a time.
   *
   * @param segment part of the recording; empty for the whole recording
   * @return mono audio at the reader's sample rate; shorter than the segment if the recording ends
   *     inside it
   * @throws UnusableAudioException as {@link #read(AudioSource)}, and if the recording ends before
   *     the segment begins
   */
  public Waveform read(AudioSource source, Optional<Segment> segment)
      throws UnusableAudioException {
    if (segment.isEmpty()) {
      return read(source);
    }
    Optional<byte[]> part = reading(() -> wavPart(source, segment.get()));
    return atSampleRate(
        part.isPresent() ? decode(part.get()) : cut(content(source), segment.get()));
  }

  private static byte[] content(AudioSource source) throws UnusableAudioException {
    return reading(() -> source.readAll(MAX_FILE_BYTES));
  }

  private Optional<byte[]> wavPart(AudioSource source, Segment segment)
      throws IOException, UnusableAudioException {
    try (ByteRanges bytes = source.open()) {
      Optional<WavPart> wav = WavPart.find(bytes);
      return wav.isPresent()
          ? Optional.of(wav.get().read(bytes, segment, maxSeconds))
          : Optional.empty();
    }
  }

  private Waveform cut(byte[] content, Segment segment) throws UnusableAudioException {
    Waveform whole;
    try {
      whole = decode(content, maxSeconds);
    } catch (UnusableAudioException e) {
      if (e.reason() != SkipReason.TOO_LONG) {
        throw e;
      }
      synchronized (longRecording) {
        return cut(longRecording(content), segment);
      }
    }
    return cut(whole, segment);
  }

  private Waveform cut(Waveform whole, Segment segment) throws UnusableAudioException {
    Frames frames = Frames.of(segment, whole.samples().length, whole.sampleRate(), maxSeconds);
    int first = (int) frames.first();
    return new Waveform(
        Arrays.copyOfRange(whole.samples(), first, first + frames.count()), whole.sampleRate());
  }

  private Waveform longRecording(byte[] content) throws UnusableAudioException {
    try {
      return decode(content, LONGEST_RECORDING_SECONDS);
    } catch (UnusableAudioException e) {
      if (e.reason() != SkipReason.TOO_LONG) {
        throw e;
      }
      throw new UnusableAudioException(
          SkipReason.TOO_LONG,
          e.getMessage()
              + " of a compressed recording that segments are cut out of; convert it to WAV, which"
              + " may have any length",
          e);
    }
  }

  /** A read operation on a recording. */
  @FunctionalInterface
  private interface Reading<T> {
    T read() throws IOException, UnusableAudioException;
  }

  private static <T> T reading(Reading<T> recording) throws UnusableAudioException {
    try {
      return recording.read();
    } catch (IOException e) {
      throw new UnusableAudioException(
          SkipReason.MISSING_AUDIO, "the audio file cannot be read", e);
    }
  }

  Waveform decode(byte[] content) throws UnusableAudioException {
    return decode(content, maxSeconds);
  }

  private Waveform decode(byte[] content, double mostSeconds) throws UnusableAudioException {
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
        return decoder.decode(audio, mostSeconds);
      }
    }
    Optional<FileKind> kind = FileKind.insteadOfData(content);
    if (kind.isPresent()) {
      throw UnusableAudioException.broken("the file is " + kind.get());
    }
    throw UnusableAudioException.broken(
        UnreadableFormat.of(content)
            .map(UnreadableFormat::message)
            .orElse(
                "the content is of no known audio format; allowed are WAV, FLAC, MP3 and Ogg with Vorbis or Opus"));
  }

  private Waveform atSampleRate(Waveform waveform) {
    if (waveform.sampleRate() == sampleRate) {
      return waveform;
    }
    Resampler resampler = resamplers.from(waveform.sampleRate());
    return new Waveform(resampler.resample(waveform.samples()), sampleRate);
  }
}
