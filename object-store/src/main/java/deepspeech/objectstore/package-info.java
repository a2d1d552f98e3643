/**
 * Access to an S3 server: its configuration, a client with retries, and failures described in one
 * line.
 */
package deepspeech.objectstore;
