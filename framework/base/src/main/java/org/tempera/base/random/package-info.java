/** Random numbers that are functions of a seed and a position, never of what was drawn before. */
@NullMarked
package org.tempera.base.random;

import org.jspecify.annotations.NullMarked;
