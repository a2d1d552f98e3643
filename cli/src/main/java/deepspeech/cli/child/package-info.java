/** What runs inside a child process; needs nothing but the JDK. */
package deepspeech.cli.child;
