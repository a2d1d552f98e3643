#!/usr/bin/env python3
"""Makes src/test/resources/audio/resampling: a signal at several rates and what scipy makes of it.

The signal is noise between 0 and 7 kHz, or what the rate has of that, so that every filter whose pass band
goes that far gives the same samples: RATE.npy (float32) is the input, RATE-16000.npy (float32) scipy's output
by the Fourier method over the whole signal, without its ends.
"""
import pathlib

import numpy as np
import scipy.signal

OUT = pathlib.Path(__file__).parent.parent / "src/test/resources/audio/resampling"
TARGET = 16000


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(7)
    for rate in (8000, 22050, 44100, 48000, 96000):
        length = rate // 10
        spectrum = np.fft.rfft(noise.standard_normal(length))
        frequencies = np.fft.rfftfreq(length, 1 / rate)
        spectrum[frequencies > min(7000, 0.85 * rate / 2)] = 0
        # Silence around it, so that the ends of a finite signal make no difference.
        window = np.zeros(length)
        window[length // 5 : -length // 5] = np.hanning(length - 2 * (length // 5))
        samples = 0.2 * np.fft.irfft(spectrum, length) * window
        samples = samples.astype("<f4")
        np.save(OUT / f"{rate}.npy", samples)
        resampled = scipy.signal.resample(samples.astype("f8"), TARGET // 10)
        np.save(OUT / f"{rate}-16000.npy", resampled.astype("<f4"))


if __name__ == "__main__":
    main()
