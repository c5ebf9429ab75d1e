/**
 * Damaged and hostile files for every reader. {@link org.tempera.fuzz.Targets} names the readers, {@link
 * org.tempera.fuzz.Mutators} damages what {@link org.tempera.fuzz.Samples} are sound, and
 * {@link org.tempera.fuzz.Judge} says what may not happen. CONTRIBUTING.md says how to run it.
 */
package org.tempera.fuzz;
