/**
 * A Kafka broker and an S3 server inside a JVM: what the integration tests and the local deployment
 * run on.
 */
package deepspeech.embedded;
