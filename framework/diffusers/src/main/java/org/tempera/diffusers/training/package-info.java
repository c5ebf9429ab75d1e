/**
 * What of a model is trained: nothing, adapters, or every weight of its denoiser; opened, declared in the graph,
 * written.
 */
@NullMarked
package org.tempera.diffusers.training;

import org.jspecify.annotations.NullMarked;
