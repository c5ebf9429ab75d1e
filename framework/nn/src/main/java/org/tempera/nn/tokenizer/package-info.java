/**
 * Tokenizers: prompts to token ids.
 *
 * <p>{@link org.tempera.nn.tokenizer.ClipTokenizer} is CLIP's byte-pair encoding as Stable Diffusion and the CLIP
 * rewards use it; {@link org.tempera.nn.tokenizer.BpeVocabularyBuilder} makes small vocabularies in its format.
 */
@NullMarked
package org.tempera.nn.tokenizer;

import org.jspecify.annotations.NullMarked;
