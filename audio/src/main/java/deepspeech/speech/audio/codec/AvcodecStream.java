package deepspeech.speech.audio.codec;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG2_SKIP_MANUAL;
import static org.bytedeco.ffmpeg.global.avcodec.AV_INPUT_BUFFER_PADDING_SIZE;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EAGAIN;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_ENOMEM;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_QUIET;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLTP;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_default;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.av_mallocz;
import static org.bytedeco.ffmpeg.global.avutil.av_max_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_strerror;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Decodes one stream with ffmpeg's avcodec. This is the only class that calls native code. A
 * damaged or malicious packet may crash the process here. Not thread-safe.
 */
final class AvcodecStream implements AutoCloseable {
  /**
   * The largest size of one allocation. The longest frame of any of the codecs takes less than a
   * megabyte.
   */
  private static final long MOST_BYTES = 1L << 26;

  /** The largest number of samples in a frame. Vorbis has at most 8192 and Opus 5760. */
  private static final int MOST_FRAME_SAMPLES = 1 << 16;

  private static final int STRICT =
      avcodec.AV_EF_CRCCHECK
          | avcodec.AV_EF_BITSTREAM
          | avcodec.AV_EF_BUFFER
          | avcodec.AV_EF_EXPLODE;

  private static final byte[] PADDING = new byte[AV_INPUT_BUFFER_PADDING_SIZE];

  private final AVCodecContext context;
  private final AVPacket packet = av_packet_alloc();
  private final AVFrame frame = av_frame_alloc();
  private final PacketBuffer buffer;
  private final int channels;
  private final int sampleRate;
  private final SampleOutput output;
  private long packets;
  private float[] mean = new float[0];
  private float[] channel = new float[0];

  /** Receives decoded samples. */
  interface SampleOutput {
    /**
     * Consumes the first {@code count} samples of an array. The array is reused after the call.
     *
     * @param samples mono samples
     */
    void accept(float[] samples, int count) throws IOException, RefusedStreamException;
  }

  /** Native memory for a packet. Streams use it one after the other. */
  static final class PacketBuffer {
    private final BytePointer bytes =
        new BytePointer(allocated(CodecProtocol.MOST_PACKET_BYTES + AV_INPUT_BUFFER_PADDING_SIZE));

    /**
     * Copies a packet and adds padding, because the codecs read beyond the end and expect zeros
     * there.
     */
    private BytePointer hold(byte[] content, int offset, int length) {
      return bytes.position(length).put(PADDING).position(0).put(content, offset, length);
    }
  }

  /**
   * Loads the native libraries.
   *
   * @throws LinkageError if the libraries cannot be loaded
   */
  static void load() {
    av_log_set_level(AV_LOG_QUIET);
    av_max_alloc(MOST_BYTES);
    if (avcodec_find_decoder_by_name(decoder(Codec.OPUS)) == null) {
      throw new UnsatisfiedLinkError("libavcodec has no decoder " + decoder(Codec.OPUS));
    }
  }

  /**
   * Opens a stream.
   *
   * @param header see {@link EncodedAudio#header}
   * @throws RefusedStreamException if the codec does not accept the header
   */
  AvcodecStream(
      Codec codec,
      byte[] header,
      int channels,
      int sampleRate,
      PacketBuffer buffer,
      SampleOutput output)
      throws RefusedStreamException {
    this.buffer = buffer;
    this.channels = channels;
    this.sampleRate = sampleRate;
    this.output = output;
    AVCodec decoder = avcodec_find_decoder_by_name(decoder(codec));
    context = avcodec_alloc_context3(decoder);
    context.thread_count(1);
    context.err_recognition(STRICT);
    context.max_samples(MOST_FRAME_SAMPLES);
    context.sample_rate(sampleRate);
    av_channel_layout_default(context.ch_layout(), channels);
    if (codec == Codec.OPUS) {
      // The caller skips the samples that the header names; by default avcodec would skip them too.
      // The flag is not set for Vorbis, because it would return samples that no other decoder
      // returns.
      context.flags2(context.flags2() | AV_CODEC_FLAG2_SKIP_MANUAL);
    }
    if (header.length > 0) {
      BytePointer copy = new BytePointer(allocated(header.length + AV_INPUT_BUFFER_PADDING_SIZE));
      copy.put(header, 0, header.length);
      context.extradata(copy);
      context.extradata_size(header.length);
    }
    try {
      check(avcodec_open2(context, decoder, (AVDictionary) null), "the header");
    } catch (RefusedStreamException e) {
      close();
      throw e;
    }
  }

  /** Names the decoder. Other decoders in the same jar, such as libopus, are four times slower. */
  private static String decoder(Codec codec) {
    return switch (codec) {
      case MP3 -> "mp3float";
      case VORBIS -> "vorbis";
      case OPUS -> "opus";
    };
  }

  private static Pointer allocated(int bytes) {
    Pointer memory = av_mallocz(bytes);
    if (memory == null || memory.isNull()) {
      throw new OutOfMemoryError("native memory of " + bytes + " bytes");
    }
    return memory;
  }

  /**
   * Decodes a packet.
   *
   * @param content array that contains the packet
   * @param offset offset of its first byte
   * @param length length in bytes, at least 1
   */
  void decode(byte[] content, int offset, int length) throws IOException, RefusedStreamException {
    packet.data(buffer.hold(content, offset, length));
    packet.size(length);
    packets++;
    check(avcodec_send_packet(context, packet), "packet " + packets);
    receive();
  }

  /** Flushes the samples that the codec has buffered. */
  void end() throws IOException, RefusedStreamException {
    check(avcodec_send_packet(context, null), "the end");
    receive();
  }

  private void receive() throws IOException, RefusedStreamException {
    int result = avcodec_receive_frame(context, frame);
    while (result >= 0) {
      mix();
      av_frame_unref(frame);
      result = avcodec_receive_frame(context, frame);
    }
    if (result != AVERROR_EAGAIN() && result != AVERROR_EOF) {
      check(result, "packet " + packets);
    }
  }

  private void mix() throws IOException, RefusedStreamException {
    int count = frame.nb_samples();
    if (frame.ch_layout().nb_channels() != channels || frame.sample_rate() != sampleRate) {
      throw RefusedStreamException.broken(
          "packet %d has %d channels at %d Hz; the file says %d at %d Hz"
              .formatted(
                  packets,
                  frame.ch_layout().nb_channels(),
                  frame.sample_rate(),
                  channels,
                  sampleRate));
    }
    if (frame.format() != AV_SAMPLE_FMT_FLTP) {
      throw new IllegalStateException("avcodec gives samples of format " + frame.format());
    }
    if (count > mean.length) {
      mean = new float[count];
      channel = new float[count];
    }
    samples(0).get(mean, 0, count);
    for (int i = 1; i < channels; i++) {
      samples(i).get(channel, 0, count);
      for (int t = 0; t < count; t++) {
        mean[t] += channel[t];
      }
    }
    float sum = 0;
    for (int t = 0; t < count; t++) {
      mean[t] /= channels;
      // Zero times NaN or infinity is NaN, so the sum is 0 only if all samples are finite.
      sum += 0 * mean[t];
    }
    if (sum != 0) {
      throw RefusedStreamException.broken(
          "packet %d gives a sample that is not a finite number".formatted(packets));
    }
    output.accept(mean, count);
  }

  private FloatPointer samples(int number) {
    return new FloatPointer(frame.extended_data(number));
  }

  private static void check(int result, String where) throws RefusedStreamException {
    if (result == AVERROR_ENOMEM()) {
      throw new OutOfMemoryError("native memory at " + where);
    }
    if (result < 0) {
      byte[] text = new byte[128];
      av_strerror(result, text, text.length);
      int length = 0;
      while (length < text.length && text[length] != 0) {
        length++;
      }
      throw RefusedStreamException.broken(
          "%s is damaged: %s"
              .formatted(where, new String(text, 0, length, StandardCharsets.US_ASCII)));
    }
  }

  @Override
  public void close() {
    av_frame_free(frame);
    av_packet_free(packet);
    avcodec_free_context(context);
  }
}
