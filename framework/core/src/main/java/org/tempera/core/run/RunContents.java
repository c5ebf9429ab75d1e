package org.tempera.core.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tempera.spi.UserException;

/**
 * What a run writes into its folder, by exact names. Only that may be removed to make room for another run; where there is
 * anything else, nothing is.
 */
final class RunContents {
    private static final String EPOCH = "epoch-\\d{4,9}";

    /** Of folders and files, as paths from the run folder. */
    private static final Pattern OURS = Pattern.compile(Stream.of(
                    "run\\.lock|config\\.conf|provenance\\.json|metrics\\.jsonl|samples\\.jsonl|rulers\\.json|report\\.html",
                    "events\\.out\\.tfevents\\.\\d{10}\\.[^/]+\\.\\d+",
                    "images|images/(" + EPOCH + "|timeline)\\.png",
                    "failures|failures/(epoch|evaluation)-\\d{4,9}-sample-\\d{4,9}-[a-z0-9-]+\\.png",
                    "checkpoints|checkpoints/" + EPOCH
                            + "(-begun)?(-replaced|-removed)?(\\.tmp)?(/(tensors\\.safetensors|state\\.json))?",
                    "trained|trained/unet|trained/unet/(config\\.json|diffusion_pytorch_model\\.safetensors)",
                    "trained/(pytorch_lora_weights\\.safetensors|adapter_model\\.safetensors|adapter_config\\.json)",
                    // What a process that was killed left of a file that was to appear as a whole.
                    "([a-z0-9-]+/){0,2}\\.[^/]+\\.\\d+-[0-9a-f]+\\.tmp")
            .collect(Collectors.joining("|")));

    private RunContents() {}

    /**
     * Everything in a run folder but the lock, what is inside a folder before it and the configuration last, so that
     * what is left after a failure is still known for a run.
     *
     * @throws UserException that names what a run does not write, links included
     */
    static List<Path> list(Path run) {
        List<Path> contents = new ArrayList<>();
        try (Stream<Path> all = Files.walk(run)) {
            for (Path path : all.sorted().toList()) {
                if (path.equals(run)) {
                    continue;
                }
                String name = run.relativize(path).toString().replace('\\', '/');
                if (Files.isSymbolicLink(path) || !OURS.matcher(name).matches()) {
                    throw new UserException(run + ": cannot be overwritten, for it holds '" + name
                            + "', which no run wrote there. Move that away, or take another folder with --free-name or"
                            + " run.output=FOLDER.");
                }
                if (!name.equals("run.lock")) {
                    contents.add(path);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            throw new UserException(run + ": cannot be read (" + e.getMessage() + ").", e);
        }
        contents.sort(Comparator.comparing((Path p) -> p.endsWith("config.conf"))
                .thenComparing(p -> -p.getNameCount())
                .thenComparing(Comparator.naturalOrder()));
        return contents;
    }

    /**
     * Removes it.
     *
     * @throws UserException as {@link #list}, before anything is removed; or if something cannot be removed
     */
    static void remove(Path run) {
        for (Path path : list(run)) {
            try {
                Files.delete(path);
            } catch (IOException e) {
                throw new UserException(
                        path + ": cannot be removed (" + RunFolder.reason(e) + "). Check its permissions.", e);
            }
        }
    }
}
