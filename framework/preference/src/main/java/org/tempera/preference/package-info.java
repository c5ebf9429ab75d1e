/** Fits what people prefer: a head on CLIP's embeddings, from choices between two pictures. */
@NullMarked
package org.tempera.preference;

import org.jspecify.annotations.NullMarked;
