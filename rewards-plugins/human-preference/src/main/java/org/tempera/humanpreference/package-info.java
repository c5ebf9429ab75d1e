/** Which of two images people would choose: a Bradley-Terry model on CLIP's embeddings. */
@NullMarked
package org.tempera.humanpreference;

import org.jspecify.annotations.NullMarked;
