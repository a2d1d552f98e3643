/** The shared parts of the programs for data sets: command line, progress, parallel processing. */
package deepspeech.tools.common;
