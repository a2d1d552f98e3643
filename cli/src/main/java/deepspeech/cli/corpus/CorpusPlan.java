package deepspeech.cli.corpus;

import deepspeech.messages.identity.Split;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Assigns the sentences of the demo corpus to speakers. Several pseudo-speakers share the training
 * sentences. One pseudo-speaker that is not among them speaks the test sentences, none of which is
 * a training sentence.
 *
 * @param trainUtterances number of training utterances, 1 to 5000
 * @param testUtterances number of test utterances, 1 to 500
 * @param seed seed of the choice of sentences and of the noise
 */
record CorpusPlan(int trainUtterances, int testUtterances, long seed) {
  static final List<PseudoSpeaker> TRAIN_SPEAKERS =
      List.of(
          new PseudoSpeaker("alder", 85, 9, 140, 0.88),
          new PseudoSpeaker("birch", 96, 12, 165, 0.91),
          new PseudoSpeaker("cedar", 104, 10, 150, 0.95),
          new PseudoSpeaker("elm", 112, 14, 172, 0.98),
          new PseudoSpeaker("hazel", 124, 12, 145, 1.01),
          new PseudoSpeaker("linden", 136, 16, 168, 1.06),
          new PseudoSpeaker("maple", 148, 14, 152, 1.09),
          new PseudoSpeaker("willow", 165, 18, 176, 1.13));

  /** A voice in the middle of the training speakers' ranges that equals none of them. */
  static final PseudoSpeaker HELD_OUT_SPEAKER = new PseudoSpeaker("rowan", 129, 13, 158, 1.035);

  CorpusPlan {
    require(trainUtterances, 5000, "trainUtterances");
    require(testUtterances, 500, "testUtterances");
  }

  /** All utterances: the training utterances first, then the test utterances. */
  List<CorpusUtterance> utterances() {
    List<String> sentences = new ArrayList<>(DemoGrammar.sentences());
    Collections.shuffle(sentences, new Random(seed));
    List<CorpusUtterance> utterances = new ArrayList<>();
    for (int i = 0; i < trainUtterances; i++) {
      PseudoSpeaker speaker = TRAIN_SPEAKERS.get(i % TRAIN_SPEAKERS.size());
      utterances.add(
          new CorpusUtterance(Split.TRAIN, i + 1, speaker, sentences.get(testUtterances + i)));
    }
    for (int i = 0; i < testUtterances; i++) {
      utterances.add(new CorpusUtterance(Split.TEST, i + 1, HELD_OUT_SPEAKER, sentences.get(i)));
    }
    return utterances;
  }

  private static void require(int value, int most, String field) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(field + ": " + value + " given, allowed: 1 to " + most);
    }
  }
}
