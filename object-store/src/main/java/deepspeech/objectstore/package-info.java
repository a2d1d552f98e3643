/** The S3 server: its configuration, a client that tries again, and failures in one line. */
package deepspeech.objectstore;
