/** Tests of the command. */
package org.tempera.cli;
