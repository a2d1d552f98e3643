#!/usr/bin/env python3
"""Makes src/test/resources/audio/wav with ffmpeg, sox and libsndfile; the tests need none of them.

NAME.wav is written by one program, NAME.npy (float64, amplitudes) is what another one reads in it.
"""
import ctypes
import pathlib
import struct
import subprocess
import tempfile

import numpy as np

OUT = pathlib.Path(__file__).parent.parent / "src/test/resources/audio/wav"


def run(*command, stdin=b""):
    return subprocess.run(command, input=stdin, stdout=subprocess.PIPE, check=True).stdout


def ffmpeg_file(*options, stdin):
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "out.wav"
        run("ffmpeg", "-v", "error", *options, str(file), stdin=stdin)
        return file.read_bytes()


def keep(name, wav, samples):
    (OUT / f"{name}.wav").write_bytes(wav)
    np.save(OUT / f"{name}.npy", np.asarray(samples, dtype="<f8"))


def ffmpeg_reads(wav):
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        pathlib.Path(file.name).write_bytes(wav)
        raw = run("ffmpeg", "-v", "error", "-i", file.name, "-f", "f64le", "-")
    return np.frombuffer(raw, "<f8")


def sox_reads(wav):
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        pathlib.Path(file.name).write_bytes(wav)
        raw = run("sox", "-D", file.name, "-t", "f64", "-L", "-")
    return np.frombuffer(raw, "<f8")


class SndfileInfo(ctypes.Structure):
    _fields_ = [("frames", ctypes.c_int64)] + [
        (name, ctypes.c_int) for name in ("samplerate", "channels", "format", "sections", "seekable")
    ]


def libsndfile_reads(wav):
    library = ctypes.CDLL("libsndfile.so.1")
    library.sf_open.restype = ctypes.c_void_p
    library.sf_readf_double.restype = ctypes.c_int64
    info = SndfileInfo()
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        pathlib.Path(file.name).write_bytes(wav)
        handle = ctypes.c_void_p(library.sf_open(file.name.encode(), 0x10, ctypes.byref(info)))
        samples = np.zeros(info.frames * info.channels)
        library.sf_readf_double(
            handle, samples.ctypes.data_as(ctypes.c_void_p), ctypes.c_int64(info.frames))
        library.sf_close(handle)
    return samples


def plain(bits, frame_bytes, data, rate=16000):
    fmt = struct.pack("<HHIIHH", 1, 1, rate, rate * frame_bytes, frame_bytes, bits)
    body = b"WAVEfmt " + struct.pack("<I", 16) + fmt + b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(12)
    pcm = noise.integers(-32768, 32768, 500).astype("<i2").tobytes()
    codes = bytes(range(256))
    for name, law, sox in (("mu-law", "mulaw", "ul"), ("a-law", "alaw", "al")):
        wav = ffmpeg_file("-f", law, "-ar", "8000", "-i", "-", "-c", "copy", "-bitexact", stdin=codes)
        keep(name, wav, sox_reads(wav))
        assert np.array_equal(sox_reads(wav), ffmpeg_reads(wav))
    raw = ("-f", "s16le", "-ar", "16000", "-ac", "1", "-i", "-")
    wav = ffmpeg_file(*raw, "-rf64", "always", stdin=pcm)
    keep("rf64", wav, libsndfile_reads(wav))
    wav = run("ffmpeg", "-v", "error", *raw, "-rf64", "always", "-f", "wav", "-", stdin=pcm)
    # ffmpeg 5.1 itself reads nothing of what it wrote here, so the samples are those that it was given.
    keep("rf64-pipe", wav, np.frombuffer(pcm, "<i2") / 32768)
    wav = run("ffmpeg", "-v", "error", *raw, "-bitexact", "-f", "wav", "-", stdin=pcm)
    keep("ffmpeg-pipe", wav, libsndfile_reads(wav)[:500])
    sox = ("sox", "-t", "raw", "-r", "16000", "-e", "signed", "-b", "16")
    wav = run(*sox, "-c", "1", "-", "-t", "wav", "-", stdin=pcm)
    keep("sox-pipe", wav, ffmpeg_reads(wav))
    wav = run(*sox, "-c", "2", "-", "-b", "24", "-t", "wav", "-", stdin=pcm)
    keep("sox-pipe-24-bit-stereo", wav, ffmpeg_reads(wav).reshape(-1, 2).mean(axis=1))
    twenty = noise.integers(-(1 << 19), 1 << 19, 500)
    wav = plain(20, 3, b"".join(struct.pack("<i", int(v) << 4)[:3] for v in twenty))
    keep("20-bit-in-24", wav, ffmpeg_reads(wav))
    full = noise.integers(-(1 << 23), 1 << 23, 2500)
    wav = plain(24, 4, b"".join(struct.pack("<i", int(v) << 8) for v in full))
    keep("24-bit-in-32", wav, libsndfile_reads(wav))
    wav = ffmpeg_file("-f", "s32le", "-ar", "96000", "-i", "-", "-c:a", "pcm_s24le", "-bitexact",
                      stdin=b"".join(struct.pack("<i", int(v) << 8) for v in full[:500]))
    keep("24-bit-extensible", wav, libsndfile_reads(wav))


if __name__ == "__main__":
    main()
