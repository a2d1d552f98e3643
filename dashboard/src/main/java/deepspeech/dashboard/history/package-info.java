/** The data of all runs from the topics, in memory. */
package deepspeech.dashboard.history;
