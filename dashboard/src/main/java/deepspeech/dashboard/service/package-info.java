/** The application: configuration, start-up, health and metrics. */
package deepspeech.dashboard.service;
