package deepspeech.cli.corpus;

import deepspeech.messages.identity.Split;

/** An utterance of the demo corpus before its synthesis. */
record CorpusUtterance(Split split, int number, PseudoSpeaker speaker, String text) {
  /** Path of the audio file, relative to the corpus folder. */
  String audioPath() {
    return "wav/%s/%s-%04d.wav".formatted(split, speaker.name(), number);
  }
}
