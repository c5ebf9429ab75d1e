/** The training engine; this package holds what concerns all of it. */
@NullMarked
package org.tempera.core;

import org.jspecify.annotations.NullMarked;
