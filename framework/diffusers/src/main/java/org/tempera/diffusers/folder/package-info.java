/** A pipeline's folder in the layout of the diffusers library: its index, and a subfolder for each part. */
@NullMarked
package org.tempera.diffusers.folder;

import org.jspecify.annotations.NullMarked;
