/**
 * JSON that other programs wrote.
 */
@NullMarked
package org.tempera.nn.json;

import org.jspecify.annotations.NullMarked;
