package org.tempera.record.image;

import java.io.IOException;

/** A picture is sound, but not of a kind that is read; the message says what was expected and found. */
final class UnsupportedPictureException extends IOException {
    private static final long serialVersionUID = 1L;

    UnsupportedPictureException(String message) {
        super(message);
    }
}
