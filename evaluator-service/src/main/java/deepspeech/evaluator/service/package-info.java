/** The service around the evaluation: configuration, start-up, Kafka channel, health, metrics. */
package deepspeech.evaluator.service;
