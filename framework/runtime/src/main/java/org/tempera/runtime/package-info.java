/**
 * Puts a run together: configuration and plugins become a trainer. The door for embedders is
 * {@link org.tempera.runtime.Tempera}.
 */
@NullMarked
package org.tempera.runtime;

import org.jspecify.annotations.NullMarked;
