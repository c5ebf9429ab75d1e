/** The algorithms and the critic that come with Tempera: what they have in common. */
@NullMarked
package org.tempera.algorithms;

import org.jspecify.annotations.NullMarked;
