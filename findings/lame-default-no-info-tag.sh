#!/usr/bin/env bash
# LAME 3.100 (Debian 3.100-6): with its default settings LAME writes no Info tag into mono files of 8 to 24 kHz, so that the encoder's
# delay and the length of the recording are lost: a second at 16 kHz is decoded as 1.08 s. The tag is on by default. It is dropped
# without a message where a frame of the file's constant bit rate is too small for it, although one frame may have another bit rate:
# with a variable bit rate LAME does write the tag for the same sound.
#
# Expected: the tag in every file unless -t forbids it; or a message.
# Where it is met: speech kept as 16 kHz MP3 begins 69 ms late and ends with silence, and at 40 kbit/s it does not.
#
# Seen, one second, tag and decoded samples (mpg123 1.31.2, which cuts what the tag says):
#   8 kHz default (8 kbit/s)     none   9216        16 kHz -b 32    none   17280
#   16 kHz default (24 kbit/s)   none  17280        16 kHz -b 40    Info   16000
#   24 kHz default (32 kbit/s)   none  25344        24 kHz -b 56    none   25344
#   44.1 kHz default (64 kbit/s) Info  44100        24 kHz -b 64    Info   24000
#                                                   16 kHz -V 9     Xing   16000
#
# Needs Debian 12 (x86-64), apt-get with package lists, Python 3; takes lame, libmp3lame0, mpg123 and libmpg123-0 of these versions,
# whose other libraries must be there (libsndfile1, libout123-0, libtinfo6).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

apt-get -qq download lame=3.100-6 libmp3lame0=3.100-6 mpg123=1.31.2-1+deb12u1 libmpg123-0=1.31.2-1+deb12u1 2> messages || { cat messages; exit 1; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH="$folder/usr/lib/x86_64-linux-gnu"

cat > tone.py <<'PYTHON'
import math, sys, wave

rate = int(sys.argv[1])
with wave.open(sys.argv[2], "wb") as out:
    out.setnchannels(1)
    out.setsampwidth(2)
    out.setframerate(rate)
    out.writeframes(b"".join(int(16000 * math.sin(6.2832 * 440 * i / rate)).to_bytes(2, "little", signed=True) for i in range(rate)))
PYTHON

show() {
  local rate=$1
  shift
  python3 tone.py "$rate" tone.wav
  usr/bin/lame --quiet "$@" tone.wav tone.mp3
  tag=$(head -c 200 tone.mp3 | grep -aoE 'Info|Xing' || echo none)
  usr/bin/mpg123.bin -q -s -e s16 tone.mp3 > tone.raw 2> messages
  echo "$rate ${*:-default}: $tag $(($(stat -c %s tone.raw) / 2))"
}
{
  show 8000
  show 16000
  show 24000
  show 44100
  show 16000 -b 32
  show 16000 -b 40
  show 24000 -b 56
  show 24000 -b 64
  show 16000 -V 9
} | tee output
diff output - <<'EXPECTED'
8000 default: none 9216
16000 default: none 17280
24000 default: none 25344
44100 default: Info 44100
16000 -b 32: none 17280
16000 -b 40: Info 16000
24000 -b 56: none 25344
24000 -b 64: Info 24000
16000 -V 9: Xing 16000
EXPECTED
echo "as described"
