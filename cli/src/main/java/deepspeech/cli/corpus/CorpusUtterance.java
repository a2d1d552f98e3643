package deepspeech.cli.corpus;

import deepspeech.messages.features.Split;

/** One utterance of the demo corpus before it is spoken. */
record CorpusUtterance(Split split, int number, PseudoSpeaker speaker, String text) {
  /** Path of its audio file, relative to the corpus. */
  String audioPath() {
    return "wav/%s/%s-%04d.wav".formatted(split, speaker.name(), number);
  }
}
