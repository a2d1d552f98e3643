/**
 * The whole pipeline on this machine: broker and store in this JVM, services as child processes.
 */
package deepspeech.cli.stack;
