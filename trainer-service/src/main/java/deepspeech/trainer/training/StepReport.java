package deepspeech.trainer.training;

import deepspeech.messages.console.TrainLine;
import deepspeech.messages.run.Position;

/**
 * What is told about a step every {@code log_interval} batches.
 *
 * @param line the console's line; its batch is the one just trained on, from 0
 * @param position after the step
 * @param gradientNorm before clipping
 * @param samplesPerSecond utterances trained on a second, since the last report
 * @param shares where the time since the last report went
 * @param skippedSteps so far
 * @param skipped true if this step was skipped
 * @param leftOut utterances left out so far, in this epoch
 */
public record StepReport(
    TrainLine line,
    Position position,
    double gradientNorm,
    double samplesPerSecond,
    TimeShares shares,
    long skippedSteps,
    boolean skipped,
    int leftOut) {}
