#!/usr/bin/env bash
# A plain WAV file of 24 bits in 4 bytes, as arecord (alsa-utils 1.2.8) writes it for -f S24_LE, is read as three different things,
# all of them wrong and none with an error. FFmpeg 8.0.1 takes it for 24-bit floating point (pcm_f24le), a format of one old audio
# editor: noise. Sox 14.4.2 takes no notice of the 4 and reads 3 bytes a sample: noise, a third longer. Libsndfile 1.2.0 takes it for
# 32 bits: the sound at 1/256 of its height.
#
# Expected: the samples, as all of them read them from 24 bits in 3 bytes (arecord -f S24_3LE); or a refusal.
#
# Seen, for 1500 samples that are 1000000 and -1000000 in turn, number of samples read and the first five at 24 bits:
#   S24_3LE, all three      1500  -1000000 1000000 -1000000 1000000 -1000000
#   S24_LE, FFmpeg          1500   8388607       0  8388607       0  8388607
#   S24_LE, Sox             2000  -1000000 4342015 -4194289   -3907 1000000
#   S24_LE, libsndfile      1500     -3907    3906    -3907    3906    -3907
#
# Needs Debian 12 (x86-64), apt-get with package lists, Python 3, a JDK and Maven; takes alsa-utils, sox, libsox3 and libsndfile1 of
# these versions (the libraries that they depend on must be there) and FFmpeg 8.0.1 (JavaCPP build 1.5.13, Linux x86-64, 30 MB;
# wants libpulse and libxcb) from Maven Central. No sound card: ALSA's file plug-in is the microphone.
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
apt-get -qq download alsa-utils=1.2.8-1 libsndfile1=1.2.0-1+deb12u1 sox=14.4.2+git20190427-3.5 libsox3=14.4.2+git20190427-3.5 2> messages || { cat messages; exit 1; }
for package in *.deb; do dpkg -x "$package" .; done

cat > asound.conf <<'CONF'
pcm.nothing { type null }
pcm.microphone { type file slave.pcm nothing file /dev/null infile input.raw format raw }
CONF

cat > input.py <<'PYTHON'
import sys

width = int(sys.argv[1])
with open("input.raw", "wb") as out:
    for i in range(1500):
        out.write((1000000 if i % 2 else -1000000).to_bytes(width, "little", signed=True))
PYTHON

cat > sndfile.py <<'PYTHON'
import ctypes, glob, sys


class Info(ctypes.Structure):
    _fields_ = [("frames", ctypes.c_int64)] + [(name, ctypes.c_int) for name in ("rate", "channels", "format", "sections", "seekable")]


library = ctypes.CDLL(glob.glob("usr/lib/*/libsndfile.so.1")[0])
library.sf_open.restype = ctypes.c_void_p
library.sf_readf_int.restype = ctypes.c_int64
library.sf_readf_int.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64]
info = Info()
file = library.sf_open(sys.argv[1].encode(), 0x10, ctypes.byref(info))
samples = (ctypes.c_int * 5)()
library.sf_readf_int(file, samples, 5)
print("libsndfile", info.frames, *(sample >> 8 for sample in samples))
PYTHON

cat > first.py <<'PYTHON'
import array, sys

samples = array.array("i", open(sys.argv[2], "rb").read())
print(sys.argv[1], len(samples), *(sample >> 8 for sample in samples[:5]))
PYTHON

for format in S24_3LE S24_LE; do
  [ "$format" = S24_3LE ] && width=3 || width=4
  python3 input.py "$width"
  ALSA_CONFIG_PATH="$folder/asound.conf" timeout 20 usr/bin/arecord -q -D microphone -f "$format" -c 1 -r 16000 -s 1500 "$format.wav"
  codec=$(LD_LIBRARY_PATH="$libraries" "$libraries/ffprobe" -v error -show_entries stream=codec_name -of csv=p=0 "$format.wav")
  ffmpeg -y -i "$format.wav" -f s32le ffmpeg.raw
  python3 first.py "$format FFmpeg $codec" ffmpeg.raw
  LD_LIBRARY_PATH="$folder/usr/lib/x86_64-linux-gnu" usr/bin/sox "$format.wav" -t s32 sox.raw 2> messages
  python3 first.py "$format Sox" sox.raw
  echo "$format $(python3 sndfile.py "$format.wav")"
done | tee output
diff output - <<'EXPECTED'
S24_3LE FFmpeg pcm_s24le 1500 -1000000 1000000 -1000000 1000000 -1000000
S24_3LE Sox 1500 -1000000 1000000 -1000000 1000000 -1000000
S24_3LE libsndfile 1500 -1000000 1000000 -1000000 1000000 -1000000
S24_LE FFmpeg pcm_f24le 1500 8388607 0 8388607 0 8388607
S24_LE Sox 2000 -1000000 4342015 -4194289 -3907 1000000
S24_LE libsndfile 1500 -3907 3906 -3907 3906 -3907
EXPECTED
echo "as described"
