/** What becomes of prompts on their way to text encoders. */
@NullMarked
package org.tempera.core.prompt;

import org.jspecify.annotations.NullMarked;
