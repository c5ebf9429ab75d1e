/**
 * Weight files: safetensors read and written, sharded folders, and PyTorch's zip checkpoints read without executing
 * anything in them.
 *
 * <p>{@link org.tempera.nn.weights.WeightFiles} finds and opens them, {@link org.tempera.nn.weights.TensorSource} is
 * what they all are once open.
 */
@NullMarked
package org.tempera.nn.weights;

import org.jspecify.annotations.NullMarked;
