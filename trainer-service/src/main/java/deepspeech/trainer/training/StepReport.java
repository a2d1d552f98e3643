package deepspeech.trainer.training;

import deepspeech.messages.console.TrainLine;
import deepspeech.messages.run.Position;

/**
 * The report on a step, every {@code log_interval} batches, after the step that such a batch is
 * part of.
 *
 * @param line the line for the console; its batch is the last one of the step, from 0
 * @param position the position after the step
 * @param gradientNorm the norm of the gradient before clipping
 * @param samplesPerSecond utterances that were trained on per second of elapsed time, since the
 *     last report
 * @param shares how the time since the last report was spent
 * @param skippedSteps number of skipped batches so far
 * @param skipped true if this step was skipped
 * @param recomputedSteps number of steps that ran out of memory and were computed once more, since
 *     training began or was resumed in this process
 * @param skippedUtterances number of skipped utterances so far, in this epoch
 */
public record StepReport(
    TrainLine line,
    Position position,
    double gradientNorm,
    double samplesPerSecond,
    TimeShares shares,
    long skippedSteps,
    boolean skipped,
    int recomputedSteps,
    int skippedUtterances) {}
