package deepspeech.messages.features;

import deepspeech.messages.deadletter.SkipReason;

/**
 * An utterance that a batch should have held but could not.
 *
 * @param utterance line number in the manifest, from 1
 * @param path of its audio file as the manifest gives it
 * @param detail one line
 */
public record SkippedUtterance(long utterance, String path, SkipReason reason, String detail) {}
