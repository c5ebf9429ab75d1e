/**
 * Runs of many settings as processes of their own, that go on where they stopped and leave a small record each.
 */
@NullMarked
package org.tempera.runtime.sweep;

import org.jspecify.annotations.NullMarked;
