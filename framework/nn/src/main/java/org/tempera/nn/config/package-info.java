/** Reads the JSON configurations that models are published with. */
@NullMarked
package org.tempera.nn.config;

import org.jspecify.annotations.NullMarked;
