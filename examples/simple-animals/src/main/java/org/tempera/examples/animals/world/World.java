package org.tempera.examples.animals.world;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What stages share: settings, pictures, texts and the places of the models. */
public final class World {
    private static final long TRAIN_SALT = 1;
    private static final long HELD_OUT_SALT = 2;

    private final WorldSettings settings;
    private @Nullable List<WorldPicture> train;
    private @Nullable List<WorldPicture> heldOut;
    private @Nullable Texts texts;

    public World(WorldSettings settings) {
        this.settings = settings;
    }

    public WorldSettings settings() {
        return settings;
    }

    /** The folder of mini CLIP. */
    public Path clip() {
        return settings.output().resolve("mini-clip");
    }

    /** The folder of mini Stable Diffusion. */
    public Path diffusion() {
        return settings.output().resolve("mini-sd");
    }

    /** Where the principal components of patches lie. */
    public Path linearCode() {
        return settings.work().resolve("linear-code.safetensors");
    }

    synchronized Texts texts() {
        if (texts == null) {
            texts = new Texts(clip());
        }
        return texts;
    }

    /** Pictures to train on. */
    public synchronized List<WorldPicture> train() {
        if (train == null) {
            train = pictures("training", TRAIN_SALT, settings.pictures());
        }
        return train;
    }

    /** Pictures to measure with. */
    public synchronized List<WorldPicture> heldOut() {
        if (heldOut == null) {
            heldOut = pictures("held-out", HELD_OUT_SALT, settings.heldOut());
        }
        return heldOut;
    }

    /** The first pictures of a stream of its own. */
    public List<WorldPicture> pictures(String name, long salt, int count) {
        return PictureSet.of(
                name,
                settings.work().resolve("pictures-" + name + ".bin"),
                settings.seed() * 31 + salt,
                settings.animals(),
                count);
    }
}
