/** What is measured of a picture's bytes wherever pictures are: in rewards and in reports. */
@NullMarked
package org.tempera.base.image;

import org.jspecify.annotations.NullMarked;
