/** The program that reports what training will find in a data set. */
package deepspeech.tools.check;
