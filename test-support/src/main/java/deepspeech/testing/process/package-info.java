/** Programs of this project in processes of their own. */
package deepspeech.testing.process;
