package org.tempera.record.choice;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.tempera.base.files.FileHashes;
import org.tempera.base.text.Problems;
import org.tempera.record.image.ImageFiles;
import org.tempera.record.image.ImageSize;
import org.tempera.spi.UserException;

/**
 * The choices of a file that a policy can learn from: those in which one picture was chosen. Ties are left out.
 *
 * @param file where they were read
 * @param decided in the file's order, at least one
 */
public record Choices(Path file, List<Choice> decided) {
    public Choices {
        decided = List.copyOf(decided);
        if (decided.isEmpty()) {
            throw new UserException(file + ": expected choices of one of two pictures, found ties alone, from which no"
                    + " preference can be learnt.");
        }
    }

    /**
     * Reads a file; the pictures only have to be there.
     *
     * @throws UserException with every problem and its line, or if all choices are ties
     */
    public static Choices read(Path file) {
        return new Choices(
                file, ChoiceFile.read(file).stream().filter(c -> !c.tie()).toList());
    }

    /** What is said to a user whose algorithm learns from choices and has none. */
    public static String missing() {
        return "sampling.choices: missing. The algorithm learns from choices between two pictures: name a file of lines such"
                + " as {\"prompt\": \"a cat\", \"a\": \"1.png\", \"b\": \"2.png\", \"choice\": \"a\"}."
                + " One that can rank its own samples by the training reward has a key for that, such as"
                + " algorithm.diffusion-dpo.pairs = online.";
    }

    /** What pictures were asked to show, each prompt once. */
    public List<String> prompts() {
        Set<String> prompts = new LinkedHashSet<>();
        decided.forEach(c -> prompts.add(c.prompt()));
        return List.copyOf(prompts);
    }

    /** Every picture once. */
    public List<Path> pictures() {
        Set<Path> pictures = new LinkedHashSet<>();
        decided.forEach(c -> {
            pictures.add(c.chosen());
            pictures.add(c.rejected());
        });
        return List.copyOf(pictures);
    }

    /**
     * SHA-256 of all pictures' contents in the order of {@link #pictures}, in hexadecimal.
     *
     * @throws UserException if one cannot be read
     */
    public String hashOfPictures() {
        return FileHashes.sha256(
                pictures().stream().map(p -> FileHashes.sha256(p)).collect(Collectors.joining("\n")));
    }

    /**
     * Checks that a policy can take the pictures as they are.
     *
     * @param expected the size of the policy's own pictures
     * @throws UserException with the pictures that by their headers have another size or are none, at most 20 of them
     */
    public void requireSize(ImageSize expected) {
        List<String> problems = new ArrayList<>();
        boolean otherSizes = false;
        for (Path picture : pictures()) {
            try {
                ImageSize size = ImageFiles.size(picture);
                if (!size.equals(expected)) {
                    otherSizes = true;
                    problems.add(picture + ": expected a picture of " + expected
                            + " pixels, as the policy draws them, found " + size + ".");
                }
            } catch (UserException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        }
        Problems.fail(
                problems,
                otherSizes
                        ? "\nThe policy learns from what people have seen: pictures are neither resized nor cut. Bring them"
                                + " to its size, or choose another policy."
                        : "");
    }
}
