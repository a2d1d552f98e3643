/** The application: configuration, start-up, Kafka channel, health and metrics. */
package deepspeech.evaluator.service;
