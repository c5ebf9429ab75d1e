/** Rewards that say nothing about an image: what training does by itself is measured with them. */
@NullMarked
package org.tempera.control;

import org.jspecify.annotations.NullMarked;
