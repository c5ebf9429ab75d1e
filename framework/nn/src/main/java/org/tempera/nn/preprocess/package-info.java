/** What happens to an image before an encoder sees it: Pillow's resize, crop and normalisation, inside the graph. */
@NullMarked
package org.tempera.nn.preprocess;

import org.jspecify.annotations.NullMarked;
