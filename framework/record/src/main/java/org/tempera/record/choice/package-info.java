/** Choices of people between two pictures, read from files. */
@NullMarked
package org.tempera.record.choice;

import org.jspecify.annotations.NullMarked;
