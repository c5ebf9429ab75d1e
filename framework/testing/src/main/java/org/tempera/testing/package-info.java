/** What the tests of several modules share. Never published. */
@NullMarked
package org.tempera.testing;

import org.jspecify.annotations.NullMarked;
