/** Settings of a run as plain records. How they are read from a file is the runtime's affair. */
@NullMarked
package org.tempera.core.config;

import org.jspecify.annotations.NullMarked;
