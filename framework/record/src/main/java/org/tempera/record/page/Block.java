package org.tempera.record.page;

import org.tempera.record.html.Markup;

/** Something that stands in a section of a page. */
sealed interface Block permits Cards, Chart, Folded, Heading, HeatTable, Notes, PictureWall, Plots, Table {
    /** Writes it. */
    void write(Markup out);

    /** Whether there is nothing to see. */
    boolean isEmpty();
}
