/** The reviewed libraries of the programs, and the advisories on them. */
package deepspeech.vulnerabilities;
