/**
 * Runs and their checkpoints in an S3 bucket: layout, atomic publication, verification, pointers
 * and retention. {@link deepspeech.checkpoint.CheckpointStore} is the way in.
 */
package deepspeech.checkpoint;
