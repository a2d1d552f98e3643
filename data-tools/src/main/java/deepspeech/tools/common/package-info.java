/** What the programs for data sets have in common: command line, progress, work side by side. */
package deepspeech.tools.common;
