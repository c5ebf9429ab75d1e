/** Files that are written whole or not at all, folders that are made, and hashes of contents. */
@NullMarked
package org.tempera.base.files;

import org.jspecify.annotations.NullMarked;
