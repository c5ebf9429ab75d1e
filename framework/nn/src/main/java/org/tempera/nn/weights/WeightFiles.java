package org.tempera.nn.weights;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tempera.spi.UserException;

/** Finds and opens the weights of a model folder, or of one file. */
public final class WeightFiles {
    /** The base name of a transformers model's weights. */
    public static final String TRANSFORMERS = "model";

    /** The base name of a diffusers model's weights. */
    public static final String DIFFUSERS = "diffusion_pytorch_model";

    private WeightFiles() {}

    /**
     * Opens a file as it is, or the first of these that a folder has: {@code BASE.safetensors}, {@code
     * BASE.safetensors.index.json}, {@code BASE.bin} ({@code pytorch_model.bin} where the base is {@code model}), its
     * index, and then the same with the variant {@code fp16}. A folder of such a name is passed over.
     *
     * @throws UserException if there is none (the message names a folder of such a name, else lists what was looked for
     *     and what is there), or it is no regular file, or damaged
     */
    public static TensorSource open(Path folderOrFile, String baseName) {
        if (!Files.isDirectory(folderOrFile)) {
            if (!ModelFiles.has(folderOrFile)) {
                throw new UserException(folderOrFile + ": no such file or folder. Check the path.");
            }
            return openFile(folderOrFile);
        }
        ModelFiles.requireOpen(folderOrFile);
        List<String> candidates = candidates(baseName);
        List<Path> folders = new ArrayList<>();
        for (String candidate : candidates) {
            Path file = folderOrFile.resolve(candidate);
            if (Files.isDirectory(file)) {
                folders.add(file); // DeepSpeed's zero_to_fp32.py writes one that is called pytorch_model.bin
            } else if (ModelFiles.has(file)) {
                return openFile(file);
            }
        }
        folders.forEach(ModelFiles::has); // says what is there in place of a file
        throw new UserException(folderOrFile + ": expected weights, one of " + String.join(", ", candidates)
                + "; found " + listing(folderOrFile) + ". Check the path, or download the weights.");
    }

    /** Opens one safetensors file or PyTorch checkpoint, or the index of a sharded model, going by the ending. */
    static StoredTensors openFile(Path file) {
        String name = String.valueOf(file.getFileName());
        if (name.endsWith(".json")) {
            return ShardedFiles.open(file);
        }
        return openShard(file);
    }

    /** Opens one safetensors file or PyTorch checkpoint, going by the ending. */
    static StoredTensors openShard(Path file) {
        String name = String.valueOf(file.getFileName());
        if (name.endsWith(".bin") || name.endsWith(".pt") || name.endsWith(".pth") || name.endsWith(".ckpt")) {
            return TorchZipFile.open(file);
        }
        return SafetensorsFile.open(file);
    }

    private static List<String> candidates(String baseName) {
        String torchName = baseName.equals(TRANSFORMERS) ? "pytorch_model" : baseName;
        List<String> names = new ArrayList<>();
        for (String variant : List.of("", ".fp16")) {
            names.add(baseName + variant + ".safetensors");
            names.add(baseName + ".safetensors.index" + variant + ".json");
            names.add(torchName + variant + ".bin");
            names.add(torchName + ".bin.index" + variant + ".json");
        }
        return names;
    }

    private static String listing(Path folder) {
        String[] found = folder.toFile().list();
        if (found == null || found.length == 0) {
            return "nothing";
        }
        Arrays.sort(found);
        String first = String.join(", ", Arrays.copyOf(found, Math.min(10, found.length)));
        return found.length > 10 ? first + " and " + (found.length - 10) + " more" : first;
    }
}
