#!/usr/bin/env bash
# Concentus 1.0.2 (Opus in Java): a decoder that is created for 8, 12 or 16 kHz returns digital silence for every packet in Opus'
# mixed mode (SILK below 8 kHz and CELT above), in which libopus codes speech of 48 kHz at 16 to 32 kbit/s. A decoder for 24 kHz
# returns 3 % of the amplitude. The number of samples is right and nothing is thrown. At 48 kHz the same packets are decoded well, and
# at every rate those of the speech mode (SILK) and of the music mode (CELT). The C# library from which the Java one was translated
# has the same fault (lostromb/concentus, issue 67, open).
#
# Expected: the same sound at each of the five rates that an Opus decoder may be created for, as far as the rate reaches.
# Where it is met: recordings of 24 kbit/s read at the 16 kHz of a recogniser.
#
# Seen, two seconds of a tone with harmonics, encoded at 48 kHz: the mode of the packets, and the root mean square of what is decoded
# at 48, 24, 16, 12 and 8 kHz. Packets of libopus (FFmpeg 8.0.1) give the same silence:
#   10 kbit/s SILK    4590  4590  4589  4590  4589
#   24 kbit/s mixed   4586   143     0     0     0
#   64 kbit/s CELT    4775  4775  4772  4764  4745
#
# Needs a JDK (17 or later) and Maven; takes Concentus 1.0.2 from Maven Central.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

mvn -q -B dependency:copy -Dartifact=io.github.jaredmdobson:concentus:1.0.2 -DoutputDirectory=.

cat > Hybrid.java <<'JAVA'
import io.github.jaredmdobson.concentus.OpusApplication;
import io.github.jaredmdobson.concentus.OpusDecoder;
import io.github.jaredmdobson.concentus.OpusEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

public class Hybrid {
  static final int RATE = 48000;
  static final int FRAME = RATE / 50;
  static final int FRAMES = 100;

  public static void main(String[] arguments) throws Exception {
    for (int bitRate : new int[] {10000, 24000, 64000}) {
      List<byte[]> packets = encoded(bitRate);
      StringBuilder line = new StringBuilder();
      for (int rate : new int[] {48000, 24000, 16000, 12000, 8000}) {
        line.append(" %5d".formatted(Math.round(rootMeanSquare(packets, rate))));
      }
      System.out.printf("%2d kbit/s %-6s%s%n", bitRate / 1000, modes(packets), line);
    }
  }

  static List<byte[]> encoded(int bitRate) throws Exception {
    OpusEncoder encoder = new OpusEncoder(RATE, 1, OpusApplication.OPUS_APPLICATION_VOIP);
    encoder.setBitrate(bitRate);
    List<byte[]> packets = new ArrayList<>();
    short[] samples = new short[FRAME];
    byte[] packet = new byte[1500];
    for (int frame = 0; frame < FRAMES; frame++) {
      for (int i = 0; i < FRAME; i++) {
        double seconds = (frame * FRAME + i) / (double) RATE;
        double value = 0;
        for (int harmonic = 1; harmonic <= 60; harmonic++) {
          value += StrictMath.sin(2 * Math.PI * 150 * harmonic * seconds + harmonic * harmonic) / harmonic;
        }
        samples[i] = (short) (8000 * value * (0.6 + 0.4 * StrictMath.sin(2 * Math.PI * 3 * seconds)));
      }
      int length = encoder.encode(samples, 0, FRAME, packet, 0, packet.length);
      packets.add(Arrays.copyOf(packet, length));
    }
    return packets;
  }

  /** The modes of the packets, from the first five bits of each (RFC 6716, table 2). */
  static String modes(List<byte[]> packets) {
    Set<String> modes = new TreeSet<>();
    for (byte[] packet : packets) {
      int configuration = (packet[0] & 0xff) >> 3;
      modes.add(configuration < 12 ? "SILK" : configuration < 16 ? "mixed" : "CELT");
    }
    return String.join(" ", modes);
  }

  static double rootMeanSquare(List<byte[]> packets, int rate) throws Exception {
    OpusDecoder decoder = new OpusDecoder(rate, 1);
    short[] samples = new short[rate / 50];
    double sum = 0;
    for (byte[] packet : packets) {
      int decoded = decoder.decode(packet, 0, packet.length, samples, 0, samples.length, false);
      if (decoded != samples.length) {
        throw new IllegalStateException(decoded + " samples");
      }
      for (short sample : samples) {
        sum += (double) sample * sample;
      }
    }
    return Math.sqrt(sum / packets.size() / samples.length);
  }
}
JAVA
"${JAVA_HOME:+$JAVA_HOME/bin/}java" -cp concentus-1.0.2.jar Hybrid.java | tee seen
diff seen - <<'SEEN'
10 kbit/s SILK    4590  4590  4589  4590  4589
24 kbit/s mixed   4586   143     0     0     0
64 kbit/s CELT    4775  4775  4772  4764  4745
SEEN
echo "as described"
