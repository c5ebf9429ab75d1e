/**
 * One page that shows runs beside each other: charts with bands, tables, pictures that one wipes and blinks between. It
 * opens offline, on a phone too; its script makes it easier to use, and it can be read without.
 */
@NullMarked
package org.tempera.record.page;

import org.jspecify.annotations.NullMarked;
