#!/usr/bin/env bash
# FFmpeg 8.0.1: three audio filters return as many samples as they are given, but later, and what is pushed over the end is lost.
# superequalizer, flat by default, is 4095 samples late at every rate: a quarter of a second at 16 kHz. afftdn is 25 ms late and
# anlmdn 8 ms. None of them has an option that takes the delay back.
#
# Expected: that a filter which keeps the number of samples keeps their place, as dynaudnorm does with its long window, or that
# it has an option for that, as alimiter does ("latency").
# Where it is met: word times and cuts made for a recording no longer fit the recording with its noise reduced.
#
# Seen, two seconds of noise at 8 and at 16 kHz, samples out and the number by which they are late; then the loudest sample that
# is left of a click of 29491, 200 samples before the end of a silent second at 16 kHz:
#   dynaudnorm      16000    0   32000    0   29491
#   afftdn          16000  200   32000  400       1
#   anlmdn          16000   64   32000  128   29491
#   superequalizer  16000 4095   32000 4095       0
#
# Needs a JDK (17 or later) and Maven; takes FFmpeg 8.0.1 (JavaCPP build 1.5.13, Linux x86-64, 30 MB) from Maven Central. That build
# wants the system's libasound, libpulse and libxcb.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

mvn -q -B dependency:copy -Dartifact=org.bytedeco:ffmpeg:8.0.1-1.5.13:jar:linux-x86_64 -DoutputDirectory=.
"${JAVA_HOME:+$JAVA_HOME/bin/}jar" xf ffmpeg-8.0.1-1.5.13-linux-x86_64.jar org/bytedeco/ffmpeg/linux-x86_64
libraries="$folder/org/bytedeco/ffmpeg/linux-x86_64"
chmod +x "$libraries/ffmpeg" "$libraries/ffprobe"
ffmpeg() { LD_LIBRARY_PATH="$libraries" "$libraries/ffmpeg" -nostdin -v error "$@"; }
ffmpeg -version > version
grep -q '^ffmpeg version 8\.0\.1 ' version

cat > Lag.java <<'JAVA'
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** By how many samples the second signal (16-bit) lies later than the first: the shift of the largest correlation. */
public class Lag {
  static short[] read(String file) throws Exception {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(Path.of(file))).order(ByteOrder.LITTLE_ENDIAN);
    short[] samples = new short[bytes.remaining() / 2];
    bytes.asShortBuffer().get(samples);
    return samples;
  }

  public static void main(String[] arguments) throws Exception {
    short[] first = read(arguments[0]);
    short[] second = read(arguments[1]);
    int widest = Integer.parseInt(arguments[2]);
    int lag = 0;
    double largest = 0;
    for (int shift = -widest; shift <= widest; shift++) {
      double sum = 0;
      for (int i = widest; i < Math.min(first.length, second.length) - widest; i++) {
        sum += (double) first[i] * second[i + shift];
      }
      if (sum > largest) {
        largest = sum;
        lag = shift;
      }
    }
    System.out.println(lag);
  }
}
JAVA
lag() { "${JAVA_HOME:+$JAVA_HOME/bin/}java" Lag.java "$@"; }

for rate in 8000 16000; do
  ffmpeg -f lavfi -i "anoisesrc=r=$rate:d=2:seed=1:a=0.3" -f s16le "$rate.raw"
done
ffmpeg -f lavfi -i "aevalsrc=if(eq(n\,15800)\,0.9\,0):s=16000:d=1" -f s16le click.raw

for filter in dynaudnorm afftdn anlmdn superequalizer; do
  line=$filter
  for rate in 8000 16000; do
    ffmpeg -f s16le -ar "$rate" -i "$rate.raw" -af "$filter" -f s16le "$filter-$rate.raw"
    line+=" $(($(stat -c %s "$filter-$rate.raw") / 2)) $(lag "$rate.raw" "$filter-$rate.raw" 5000)"
  done
  ffmpeg -f s16le -ar 16000 -i click.raw -af "$filter" -f s16le "$filter-click.raw"
  loudest=$(od -An -v -td2 -w2 "$filter-click.raw" | awk '{ v = $1 < 0 ? -$1 : $1; if (v > m) m = v } END { print m + 0 }')
  echo "$line $loudest"
done | tee output
diff output - <<'EXPECTED'
dynaudnorm 16000 0 32000 0 29491
afftdn 16000 200 32000 400 1
anlmdn 16000 64 32000 128 29491
superequalizer 16000 4095 32000 4095 0
EXPECTED
echo "as described"
