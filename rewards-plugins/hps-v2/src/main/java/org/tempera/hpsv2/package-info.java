/** How people would rank an image for its prompt, by HPS v2 and v2.1. */
@NullMarked
package org.tempera.hpsv2;

import org.jspecify.annotations.NullMarked;
