package org.tempera.record.page;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tempera.record.html.Markup;

/**
 * How a line is told from others: by its colour, by its dashes, and by the shape of its points, so that it can be told
 * without colour too.
 *
 * @param colour 1 to {@link #COLOURS}, of the style sheet
 * @param dashes of the line; empty where it is drawn through
 * @param shape of its points, by number
 */
record Look(int colour, String dashes, int shape) {
    static final int COLOURS = 8;
    private static final int GREY = 6;

    private static final List<String> DASHES = List.of("", "7 3", "2 3", "9 3 2 3", "4 2");
    private static final String CONTROL_DASHES = "1 3";
    /** Paths from the middle of a point. */
    private static final List<String> SHAPES = List.of(
            "m-3,0a3,3 0 1,0 6,0a3,3 0 1,0 -6,0z",
            "m-2.7,-2.7h5.4v5.4h-5.4z",
            "m0,-3.7l3.5,6.1h-7z",
            "m0,-3.9l3.9,3.9l-3.9,3.9l-3.9,-3.9z",
            "m0,3.7l3.5,-6.1h-7z",
            "m-3.6,-1.1h2.5v-2.5h2.2v2.5h2.5v2.2h-2.5v2.5h-2.2v-2.5h-2.5z",
            "m0,-1.6l2,-2l1.6,1.6l-2,2l2,2l-1.6,1.6l-2,-2l-2,2l-1.6,-1.6l2,-2l-2,-2l1.6,-1.6z");

    /** One of many that differ; the same number always looks the same. */
    static Look of(int number) {
        return new Look(
                1 + Math.floorMod(number, COLOURS),
                DASHES.get(Math.floorMod(number, DASHES.size())),
                Math.floorMod(number, SHAPES.size()));
    }

    /** Of what others are judged against: grey and dotted. */
    static Look ofControl(int number) {
        return new Look(GREY, CONTROL_DASHES, Math.floorMod(number, SHAPES.size()));
    }

    /** The shapes and the pieces of lines for legends by name, once for a page. */
    static void shapes(Markup out) {
        out.open("svg", "class", "shapes", "width", "0", "height", "0", "aria-hidden", "true")
                .open("defs");
        for (int i = 0; i < SHAPES.size(); i++) {
            out.empty("path", "id", "m" + i, "d", "M0,0" + SHAPES.get(i));
        }
        Stream.concat(DASHES.stream(), Stream.of(CONTROL_DASHES))
                .flatMap(dashes -> IntStream.range(0, SHAPES.size()).mapToObj(shape -> new Look(1, dashes, shape)))
                .forEach(look -> look.piece(out));
        out.close().close();
    }

    private void piece(Markup out) {
        out.open("g", "id", pieceName()).empty("path", "class", "line", "d", "M1 5H29", "stroke-dasharray", dashes);
        point(out, "15", "5");
        out.close();
    }

    /** Of all colours. */
    private String pieceName() {
        return "w" + (dashes.equals(CONTROL_DASHES) ? "c" : DASHES.indexOf(dashes)) + shape;
    }

    /** A point of this shape. */
    void point(Markup out, String x, String y) {
        out.empty("use", "href", "#m" + shape, "x", x, "y", y);
    }

    /** Its class in the style sheet. */
    String style() {
        return "k" + colour;
    }

    /** A piece of such a line, for a legend. */
    void swatch(Markup out, Series.Kind kind) {
        out.open("svg", "class", "swatch " + style(), "viewBox", "0 0 30 10", "aria-hidden", "true");
        if (kind == Series.Kind.DOTS) {
            point(out, "15", "5");
        } else {
            out.empty("use", "href", "#" + pieceName());
        }
        out.close();
    }
}
