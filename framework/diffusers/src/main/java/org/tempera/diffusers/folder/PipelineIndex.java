package org.tempera.diffusers.folder;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.tempera.nn.config.ModelConfig;
import org.tempera.nn.weights.ModelFiles;
import org.tempera.spi.UserException;

/** The index of a pipeline's folder, {@code model_index.json}: the classes of the pipeline and of its parts. */
public final class PipelineIndex {
    private static final String FILE = "model_index.json";
    private static final String PROJECTING = "WithProjection";

    private final ModelConfig index;

    private PipelineIndex(ModelConfig index) {
        this.index = index;
    }

    /** Where the index of a folder is, or should be. */
    public static Path file(Path folder) {
        return folder.resolve(FILE);
    }

    /** Whether there is an index that can be opened. */
    public static boolean isIn(Path folder) {
        return ModelFiles.has(file(folder));
    }

    /** Whether there is anything of the index's name, if only a link to nowhere. */
    public static boolean isNamedIn(Path folder) {
        return Files.exists(file(folder), LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * The pipeline's class, by which a provider tells whether it reads a folder. Empty where there is no index, or a
     * damaged one, or one that names no class.
     */
    public static Optional<String> pipeline(Path folder) {
        if (!isIn(folder)) {
            return Optional.empty();
        }
        try {
            return ModelConfig.read(file(folder)).text(ModelConfig.CLASS);
        } catch (UserException damaged) {
            return Optional.empty();
        }
    }

    /**
     * Reads it.
     *
     * @throws UserException if it is missing or damaged
     */
    public static PipelineIndex read(Path folder) {
        return new PipelineIndex(ModelConfig.read(file(folder)));
    }

    /** The pipeline's class. */
    public Optional<String> pipeline() {
        return index.text(ModelConfig.CLASS);
    }

    /** Notes that the pipeline is of another class than {@code expected}. */
    public void refusePipeline(String expected) {
        index.problem(
                ModelConfig.CLASS,
                "expected " + expected + ", found " + pipeline().orElse("none"));
    }

    /** Whether the pipeline has the part: one that it can do without is {@code [null, null]} there. */
    public boolean has(String part) {
        return index.raw(part).filter(entry -> !entry.path(1).isNull()).isPresent();
    }

    /**
     * Notes a part of another class than {@code wanted}, each of which may be named with its projection; one that is
     * not listed is none.
     */
    public void requireClass(String part, String... wanted) {
        if (index.isList(part)) {
            String found = index.raw(part)
                    .map(entry -> entry.path(1).asText(wanted[0]))
                    .orElse(wanted[0]);
            if (Arrays.stream(wanted).noneMatch(w -> found.equals(w) || found.equals(w + PROJECTING))) {
                index.problem(part, "expected " + String.join(" or ", wanted) + ", found " + found);
            }
        }
    }

    /** A setting of the pipeline, such as {@code force_zeros_for_empty_prompt}. */
    public boolean flag(String key, boolean missing) {
        return index.flag(key, missing);
    }

    /**
     * Ends reading.
     *
     * @throws UserException listing everything noted
     */
    public void finish() {
        index.finish();
    }
}
