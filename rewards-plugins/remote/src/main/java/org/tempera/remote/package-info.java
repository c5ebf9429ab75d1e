/** A scorer behind HTTP, in whatever language. */
@NullMarked
package org.tempera.remote;

import org.jspecify.annotations.NullMarked;
