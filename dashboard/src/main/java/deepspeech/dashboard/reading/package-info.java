/** Reads the topics into the history, for as long as the service runs. */
package deepspeech.dashboard.reading;
