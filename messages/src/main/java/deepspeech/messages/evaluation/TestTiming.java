package deepspeech.messages.evaluation;

import java.time.Instant;

/**
 * When a checkpoint was tested.
 *
 * @param seconds duration of the evaluation
 * @param announced time of the event for which the checkpoint was tested, by the trainer's clock;
 *     the start of the test if an event of an earlier build lacks it
 * @param time end of the test
 */
public record TestTiming(double seconds, Instant announced, Instant time) {
  public TestTiming {
    announced = announced == null ? time.minusNanos((long) (seconds * 1e9)) : announced;
  }
}
