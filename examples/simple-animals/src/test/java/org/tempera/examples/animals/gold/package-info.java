@NullMarked
package org.tempera.examples.animals.gold;

import org.jspecify.annotations.NullMarked;
