/** What a plugin must hold to, as tests that its author extends, and small models to test with. */
@NullMarked
package org.tempera.testkit;

import org.jspecify.annotations.NullMarked;
