/** The program that tells what training will find in a data set. */
package deepspeech.tools.check;
