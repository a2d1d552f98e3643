/**
 * Runs and their checkpoints in an S3 bucket: layout, atomic commits, verification, pointers and
 * retention. {@link deepspeech.checkpoint.CheckpointStore} is the entry point.
 */
package deepspeech.checkpoint;
