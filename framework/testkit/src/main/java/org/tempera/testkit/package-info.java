/** Contracts: tests that a plugin's author extends, which check what it must hold to, and small models to test with. */
@NullMarked
package org.tempera.testkit;

import org.jspecify.annotations.NullMarked;
