package org.tempera.core.image;

import java.io.IOException;

/** Decodes one file format. Its files are somebody else's: whatever the bytes are, it ends, and soon. */
interface PictureFormat {
    /** Whether a file that begins like this is one. @param head the file's first bytes, perhaps all of it */
    boolean begins(byte[] head);

    /**
     * The picture's size by the file's header.
     *
     * @throws IOException if the header is damaged, or promises more pixels than the file can hold
     * @throws UnsupportedPictureException if it is sound, and means something that is not read
     */
    ImageSize size(byte[] file) throws IOException;

    /** Whether the file seems not to be cut short, by a look at its end. */
    boolean looksWhole(byte[] file);

    /** The pixels; reserves no memory for them before {@link #size} has agreed. */
    RgbImage decode(byte[] file) throws IOException;
}
