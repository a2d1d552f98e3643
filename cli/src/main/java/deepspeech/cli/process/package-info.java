/** Child processes that never outlive this one, their logs and their restarts. */
package deepspeech.cli.process;
