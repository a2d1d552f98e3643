/** Text tables of commands. */
package deepspeech.cli.table;
