package org.tempera.examples.animals.world;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.tempera.base.json.PlainJson;
import org.tempera.nn.clip.PretrainedClip;
import org.tempera.preference.PreferenceFit;
import org.tempera.preference.PreferenceFitter;
import org.tempera.preference.Reliability;
import org.tempera.record.image.PngFiles;
import org.tempera.record.image.RgbImage;

/**
 * The judges' choices as the files that {@code tempera fit-preference} reads, and the head that it fits to them:
 *
 * <pre>
 * tempera fit-preference work/choices/choices.jsonl --clip mini-clip --held-out 0 --ridge 0.3 -o preference-head.safetensors
 * </pre>
 */
final class SimulatedChoices {
    private static final PreferenceFit.Options OPTIONS = new PreferenceFit.Options(0, .3, 0);
    /** The command's own. */
    private static final PreferenceFit.Options MEASURED = new PreferenceFit.Options(.2, 0, 0);

    /** A judge's choice between two pictures, which are numbered. */
    record Made(int a, int b, boolean first) {}

    private SimulatedChoices() {}

    /**
     * Writes {@code choices.jsonl} and the pictures beside it.
     *
     * @param pictures RGB in [0,1], by number
     */
    static Path write(World world, List<Made> choices, List<float[]> pictures, List<WorldPicture> painted) {
        Path folder = world.settings().work().resolve("choices");
        StringBuilder lines = new StringBuilder();
        for (Made choice : choices) {
            String animal = world.settings()
                    .animals()
                    .get(painted.get(choice.a()).animal())
                    .withArticle();
            lines.append(PlainJson.line(Map.of(
                            "prompt",
                            animal,
                            "a",
                            picture(folder, choice.a(), pictures),
                            "b",
                            picture(folder, choice.b(), pictures),
                            "choice",
                            choice.first() ? "a" : "b")))
                    .append('\n');
        }
        Path file = folder.resolve("choices.jsonl");
        TextFile.write(file, lines.toString());
        return file;
    }

    private static String picture(Path folder, int number, List<float[]> pictures) {
        String name = String.format(Locale.ROOT, "%04d.png", number);
        float[] rgb = pictures.get(number);
        byte[] bytes = new byte[rgb.length];
        for (int k = 0; k < bytes.length; k++) {
            bytes[k] = (byte) RgbImage.toByte(rgb[k]);
        }
        TextFile.makeFolder(folder);
        PngFiles.write(folder.resolve(name), RgbImage.of(WorldSettings.PIXELS, WorldSettings.PIXELS, bytes), Map.of());
        return name;
    }

    /** Fits the head as the command above does, and says what such a head is worth on choices that were kept back. */
    static void fit(World world, Path choices, Path head) {
        PreferenceFitter fitter = new PreferenceFitter(
                PretrainedClip.open(world.clip()), world.settings().threads());
        Reliability r = fitter.fit(choices, MEASURED, (done, all) -> {}).heldOut();
        System.out.println("preference head " + r.summary());
        fitter.write(fitter.fit(choices, OPTIONS, (done, all) -> {}), choices, OPTIONS, head);
    }
}
