package org.tempera.imagereward;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tempera.nn.blip.BlipVisionConfig;
import org.tempera.nn.blip.MedConfig;
import org.tempera.nn.clip.HeadLayout;
import org.tempera.nn.layers.ParameterInventory;
import org.tensorflow.ndarray.Shape;

/** Opens to the fuzzer how ImageReward's files are read. */
public final class CheckpointReader {
    private static final int WIDTH = 64;

    private CheckpointReader() {}

    /** Reads checkpoint, sizes and vocabulary, and waits until it is hashed. */
    public static void read(Path checkpoint, Path sizes, Path vocabulary) {
        new ImageReward(new ImageRewardConfig(checkpoint, sizes, vocabulary)).provenance();
    }

    /** Names and shapes of a checkpoint as small as the layout allows. */
    public static Map<String, Shape> tensors(Path sizes) {
        MedConfig text = MedConfig.read(sizes);
        List<ImageRewardModel.AffineMap> maps = new ArrayList<>();
        int in = text.width();
        for (int i = 0; i < HeadLayout.PLACES.size(); i++) {
            int out = i + 1 < HeadLayout.PLACES.size() ? 2 : 1;
            maps.add(new ImageRewardModel.AffineMap(HeadLayout.PLACES.get(i), in, out));
            in = out;
        }
        ParameterInventory inventory = new ParameterInventory();
        new ImageRewardModel(
                inventory, new ImageRewardModel.Sizes(new BlipVisionConfig(4, 2, WIDTH, 2, 1), text, maps));
        Map<String, Shape> tensors = new TreeMap<>();
        inventory.entries().forEach((name, entry) -> tensors.put(name, entry.fileShape()));
        return tensors;
    }
}
