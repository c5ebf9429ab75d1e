package org.tempera.record.image;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes small text into pictures: five columns and nine rows a letter. AWT's text differs with the fonts of the
 * machine, and fails where there are none; this is the same everywhere.
 *
 * <p>Printable ASCII is written as it is, letters with accents without them, and what is no such letter as an empty
 * box.
 */
final class PixelFont {
    /** Columns from a letter to the next. */
    static final int ADVANCE = 6;
    /** Rows of a letter, its lower length included. */
    static final int HEIGHT = 9;

    private static final int COLUMNS = 5;
    private static final int FIRST = ' ';
    private static final String CUT = "..";
    private static final String BOX = "vhhhhhv00";

    /** A letter a word, from the space on; a row a digit to the base 32, whose highest bit is the left column. */
    private static final String LETTERS =
            "000000000 444440400 aa0000000 aavavaa00 4fke5u400 op248j300 cik8lid00 440000000"
                    + " 248884200 842224800 04lel4000 044v44000 00000c480 000v00000 00000cc00 11248gg00"
                    + " ehjlphe00 4c4444e00 eh1248v00 eh161he00 26aiv2200 vgu11he00 68guhhe00 v12488800"
                    + " ehhehhe00 ehhf12c00 0cc0cc000 0cc0c4800 248g84200 00v0v0000 842124800 eh1240400"
                    + " eh1dlle00 ehhvhhh00 uhhuhhu00 ehggghe00 sihhhis00 vgguggv00 vgguggg00 ehgnhhf00"
                    + " hhhvhhh00 e44444e00 72222ic00 hikokih00 ggggggv00 hrllhhh00 hhpljhh00 ehhhhhe00"
                    + " uhhuggg00 ehhhlid00 uhhukih00 fgge11u00 v44444400 hhhhhhe00 hhhhha400 hhhllla00"
                    + " hha4ahh00 hhha44400 v1248gv00 e88888e00 gg8421100 e22222e00 4ah000000 0000000v0"
                    + " 840000000 00e1fhf00 ggmphhu00 00egghe00 11djhhf00 00ehvge00 698s88800 00fhhhf1e"
                    + " ggmphhh00 40c444e00 2062222ic ggikoki00 c44444e00 00qllhh00 00mphhh00 00ehhhe00"
                    + " 00uhhhugg 00fhhhf11 00mpggg00 00fge1u00 88s889600 00hhhjd00 00hhha400 00hhlla00"
                    + " 00ha4ah00 00hhhhf1e 00v248v00 244844200 444444400 844244800 008l20000";

    private final String[] letters = LETTERS.split(" ");

    /** Takes the pixels of text. */
    @FunctionalInterface
    interface Ink {
        void dot(int x, int y);
    }

    /** Writes a line whose upper left corner is at (x, y), whatever its width. */
    void write(String text, int x, int y, Ink ink) {
        int at = x;
        for (int c : plain(text).codePoints().toArray()) {
            String rows = c >= FIRST && c < FIRST + letters.length ? letters[c - FIRST] : BOX;
            for (int row = 0; row < HEIGHT; row++) {
                int bits = Character.digit(rows.charAt(row), 32);
                for (int column = 0; column < COLUMNS; column++) {
                    if ((bits >> (COLUMNS - 1 - column) & 1) != 0) {
                        ink.dot(at + column, y + row);
                    }
                }
            }
            at += ADVANCE;
        }
    }

    /** Columns that a line takes. */
    static int width(String text) {
        int letters = plain(text).codePointCount(0, plain(text).length());
        return Math.max(0, letters * ADVANCE - 1);
    }

    /**
     * A text in lines of at most so many columns, broken between words where it can be; what has no room is cut off.
     */
    static List<String> wrap(String text, int columns, int most) {
        int room = Math.max(CUT.length() + 1, (columns + 1) / ADVANCE);
        List<String> lines = new ArrayList<>();
        String left = plain(text).strip();
        while (!left.isEmpty() && lines.size() < most) {
            int length = left.codePointCount(0, left.length());
            if (length <= room) {
                lines.add(left);
                return lines;
            }
            if (lines.size() == most - 1) {
                lines.add(left.substring(0, left.offsetByCodePoints(0, room - CUT.length()))
                                .strip()
                        + CUT);
                return lines;
            }
            int end = left.offsetByCodePoints(0, room);
            int space = left.lastIndexOf(' ', end);
            int cut = space > 0 ? space : end;
            lines.add(left.substring(0, cut).strip());
            left = left.substring(cut).strip();
        }
        return lines;
    }

    /** Letters without accents, and every kind of space as one. */
    private static String plain(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFD)
                .replaceAll("\\p{M}+", "")
                .replaceAll("[\\s\\p{Z}\\p{Cc}\\p{Cf}]+", " ");
    }
}
