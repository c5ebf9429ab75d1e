/** BLIP's image and text encoders, as ImageReward uses them. */
@NullMarked
package org.tempera.nn.blip;

import org.jspecify.annotations.NullMarked;
