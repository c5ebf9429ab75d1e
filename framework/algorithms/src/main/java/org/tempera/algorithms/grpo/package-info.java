/**
 * GRPO: every step of a sample is weighed with how its reward compares to those of the same prompt's other samples (Liu
 * et al., "Flow-GRPO", arXiv 2505.05470; Xue et al., "DanceGRPO", arXiv 2505.07818), with the re-centred ratio of
 * GRPO-Guard (Wang et al., arXiv 2510.22319) and the masks of Flow-DPPO as choices.
 */
@NullMarked
package org.tempera.algorithms.grpo;

import org.jspecify.annotations.NullMarked;
