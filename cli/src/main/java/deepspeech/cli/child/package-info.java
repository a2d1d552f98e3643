/** Code that runs inside a child process. It depends on nothing but the JDK. */
package deepspeech.cli.child;
