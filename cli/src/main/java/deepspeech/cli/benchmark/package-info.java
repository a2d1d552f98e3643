/** The throughput of the pipeline, compared with that of the bare training step. */
package deepspeech.cli.benchmark;
