/** The kinds of oracle cases that every family of models on this library serves. */
@NullMarked
package org.tempera.diffusers.verify;

import org.jspecify.annotations.NullMarked;
