/** What {@code evaluate} measures of a model: scores of pictures by sets of prompts, and the ruler they carry. */
@NullMarked
package org.tempera.record.evaluation;

import org.jspecify.annotations.NullMarked;
