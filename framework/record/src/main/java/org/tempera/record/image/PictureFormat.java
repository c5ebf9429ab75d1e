package org.tempera.record.image;

import java.io.IOException;

/** Decodes one file format. Its files are somebody else's: whatever the bytes are, it ends, and soon. */
interface PictureFormat {
    /** Whether a file that begins like this is one. @param head the file's first bytes, perhaps all of it */
    boolean begins(byte[] head);

    /**
     * The picture's size by the file's header.
     *
     * @param front the file's first bytes, perhaps all of it
     * @param bytes how long the file is
     * @throws IOException if the header is damaged, is longer than {@code front}, or promises more pixels than the file
     *     can hold
     * @throws UnsupportedPictureException if it is sound, and means something that is not read
     */
    ImageSize size(byte[] front, int bytes) throws IOException;

    /**
     * Whether the file seems not to be cut short, by a look at its end. @param tail the file's last bytes, perhaps all
     * of it
     */
    boolean looksWhole(byte[] tail);

    /** The pixels; reserves no memory for them before {@link #size} has agreed. */
    RgbImage decode(byte[] file) throws IOException;
}
