#!/usr/bin/env bash
# JDK 17.0.15 and 25.0.3, javax.sound: AudioSystem's conversion of 16-bit samples to mu-law turns the loudest samples into silence.
# From 32636 and from -32636 on (the last 0.4 % of the range) a sample comes back between -120 and 120, so that a recording at full
# scale drops to silence at the top of each of its peaks. A-law is right.
#
# Expected: the code of the largest magnitude, 32124, for all of them; ITU-T G.711 clips there.
# Where it is met: telephone speech made from a normalized recording.
#
# Seen, sample -> code -> sample as the same JDK decodes it:
#    32635  80  32124        -32635  00 -32124
#    32636  ff      0        -32636  7f      0
#    32767  ff      0        -32700  77    -64
#                            -32768  7f      0
# the 265 samples beyond 32635 all lie in -120 to 120 afterwards; and the largest error of all 65536 samples: 32768 in mu-law, 519 in A-law.
#
# Needs a JDK (17 or later); prints which one it is.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > MuLaw.java <<'JAVA'
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioFormat.Encoding;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;

public class MuLaw {
  static final AudioFormat LINEAR = new AudioFormat(8000, 16, 1, true, false);

  static byte[] convert(byte[] samples, AudioFormat from, AudioFormat to) throws Exception {
    AudioInputStream in = new AudioInputStream(new ByteArrayInputStream(samples), from, samples.length / from.getFrameSize());
    return AudioSystem.getAudioInputStream(to, in).readAllBytes();
  }

  static AudioFormat companded(Encoding encoding) {
    return new AudioFormat(encoding, 8000, 8, 1, 1, 8000, false);
  }

  static ByteBuffer linear(byte[] samples) {
    return ByteBuffer.wrap(samples).order(ByteOrder.LITTLE_ENDIAN);
  }

  static short roundTrip(int sample) throws Exception {
    byte[] code = convert(linear(new byte[2]).putShort((short) sample).array(), LINEAR, companded(Encoding.ULAW));
    return linear(convert(code, companded(Encoding.ULAW), LINEAR)).getShort();
  }

  static int largestError(Encoding encoding) throws Exception {
    ByteBuffer all = linear(new byte[2 * 65536]);
    for (int sample = Short.MIN_VALUE; sample <= Short.MAX_VALUE; sample++) {
      all.putShort((short) sample);
    }
    ByteBuffer back = linear(convert(convert(all.array(), LINEAR, companded(encoding)), companded(encoding), LINEAR));
    int largest = 0;
    for (int sample = Short.MIN_VALUE; sample <= Short.MAX_VALUE; sample++) {
      largest = Math.max(largest, Math.abs(sample - back.getShort()));
    }
    return largest;
  }

  public static void main(String[] arguments) throws Exception {
    System.err.println("JDK " + Runtime.version());
    for (int sample : new int[] {32635, 32636, 32767, -32635, -32636, -32700, -32768}) {
      byte[] code = convert(linear(new byte[2]).putShort((short) sample).array(), LINEAR, companded(Encoding.ULAW));
      short back = linear(convert(code, companded(Encoding.ULAW), LINEAR)).getShort();
      System.out.printf("%d %02x %d%n", sample, code[0], back);
    }
    int count = 0;
    int least = 0;
    int most = Short.MIN_VALUE;
    for (int sample = Short.MIN_VALUE; sample <= Short.MAX_VALUE; sample++) {
      if (Math.abs(sample) > 32635) {
        count++;
        least = Math.min(least, roundTrip(sample));
        most = Math.max(most, roundTrip(sample));
      }
    }
    System.out.println(count + " samples: " + least + " to " + most);
    System.out.println("mu-law " + largestError(Encoding.ULAW));
    System.out.println("A-law " + largestError(Encoding.ALAW));
  }
}
JAVA

"${JAVA_HOME:+$JAVA_HOME/bin/}java" MuLaw.java | tee output
diff output - <<'EXPECTED'
32635 80 32124
32636 ff 0
32767 ff 0
-32635 00 -32124
-32636 7f 0
-32700 77 -64
-32768 7f 0
265 samples: -120 to 120
mu-law 32768
A-law 519
EXPECTED
echo "as described"
