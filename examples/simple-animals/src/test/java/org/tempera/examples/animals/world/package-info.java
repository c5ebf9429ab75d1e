@NullMarked
package org.tempera.examples.animals.world;

import org.jspecify.annotations.NullMarked;
