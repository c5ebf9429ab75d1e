/**
 * What keeps a policy near its reference, for any algorithm that learns from the steps taken: a penalty in the reward,
 * and a gate that says which samples a divergence in the loss falls on. docs/algorithms/mitigations.md.
 */
@NullMarked
package org.tempera.algorithms.kl;

import org.jspecify.annotations.NullMarked;
