/** What the kernel knows of a process. */
package deepspeech.runtime.process;
