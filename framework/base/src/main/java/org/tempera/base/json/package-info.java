/**
 * Plain data (strings, numbers, booleans, lists, maps) as JSON and back.
 */
@NullMarked
package org.tempera.base.json;

import org.jspecify.annotations.NullMarked;
