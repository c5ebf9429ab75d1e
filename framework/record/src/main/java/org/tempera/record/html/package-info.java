/** What pages are made of: text that is escaped, axes, the frame of a page that needs nothing from outside. */
@NullMarked
package org.tempera.record.html;

import org.jspecify.annotations.NullMarked;
