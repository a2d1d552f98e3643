/** The service around it: configuration, start-up, health, metrics. */
package deepspeech.dashboard.service;
