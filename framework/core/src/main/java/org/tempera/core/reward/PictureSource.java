package org.tempera.core.reward;

import java.nio.file.Path;
import java.util.Optional;
import org.tempera.record.image.ImageFiles;
import org.tempera.record.image.ImageSize;
import org.tempera.record.image.PromptNote;
import org.tempera.record.image.RgbImage;
import org.tempera.spi.UserException;

/** A picture to be scored, and what it was asked to show. */
public sealed interface PictureSource permits PictureScorer.Picture, PictureSource.OnDisk, StoredPictures.Stored {
    /** Names it in messages, such as its file. */
    String label();

    /** What it was asked to show; empty where that is not known. */
    Optional<String> prompt();

    /** What is known of a prompt that is missing, for messages. */
    Optional<String> whyNone();

    /** How large it is. */
    ImageSize size();

    /** Its pixels. @throws UserException if they cannot be read */
    RgbImage image();

    /** A picture that is in memory only while it is scored. */
    record OnDisk(Path file, ImageSize size, Optional<String> prompt, Optional<String> whyNone)
            implements PictureSource {
        /**
         * A file with what its metadata say of its prompt; only its header and its metadata are read.
         *
         * @throws UserException if it is no picture
         */
        public static OnDisk of(Path file) {
            ImageSize size = ImageFiles.size(file);
            PromptNote note = PromptNote.read(file);
            return new OnDisk(file, size, note.prompt(), note.otherwise());
        }

        /** The same with a prompt that was given. @throws UserException if it is no picture */
        public static OnDisk of(Path file, String prompt) {
            return new OnDisk(file, ImageFiles.size(file), Optional.of(prompt), Optional.empty());
        }

        @Override
        public String label() {
            return file.toString();
        }

        @Override
        public RgbImage image() {
            RgbImage image = ImageFiles.read(file);
            if (!image.size().equals(size)) {
                throw new UserException(file + ": was " + size + " pixels, and is " + image.size()
                        + " now. Leave the pictures as they are while they are read.");
            }
            return image;
        }
    }
}
