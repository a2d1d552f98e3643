/** What the topics tell of all runs, in memory. */
package deepspeech.dashboard.history;
