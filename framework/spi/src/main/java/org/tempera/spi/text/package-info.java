/** The way of prompts into networks: policies and rewards read them through the same tokenizers. */
@NullMarked
package org.tempera.spi.text;

import org.jspecify.annotations.NullMarked;
