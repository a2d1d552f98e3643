/**
 * A Kafka broker and an S3 server inside a JVM, for the integration tests and the local deployment.
 */
package deepspeech.embedded;
