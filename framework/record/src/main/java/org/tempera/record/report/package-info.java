/**
 * The page that shows a run: one HTML file that opens offline.
 */
@NullMarked
package org.tempera.record.report;

import org.jspecify.annotations.NullMarked;
