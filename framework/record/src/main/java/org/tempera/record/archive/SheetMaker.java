package org.tempera.record.archive;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.tempera.record.image.RgbImage;
import org.tempera.record.metrics.Sample;
import org.tempera.record.report.GridFile;
import org.tempera.record.review.RunReview;
import org.tempera.record.run.RunFacts;
import org.tempera.record.run.RunFolder;
import org.tempera.record.verdict.BestEvaluation;

/** Takes the pictures of a few prompts at a few evaluations out of a run's grids, as large as there is room for. */
final class SheetMaker {
    /** Bytes that the pictures add to a file at most. */
    static final int LARGEST = 10_000;

    private static final int MOST_PROMPTS = 5;
    private static final int MOST_EPOCHS = 6;

    /** Widths in pixels, of which the first is taken whose image is small enough. */
    private static final int[] WIDTHS = {128, 112, 96, 80, 72, 64, 56, 48, 40, 32, 24, 16, 8};

    private static final int QUALITY = 70;

    /** Base64 has four characters for three bytes, and compressed they are nearly three again. */
    private static final double COMPRESSED = 1.02;

    private SheetMaker() {}

    /**
     * A record with some of its run's pictures; without any where there is no grid.
     *
     * @param gridSize how many pictures a grid has that does not say so itself
     * @throws org.tempera.spi.UserException if a grid cannot be read
     */
    static RunRecord with(RunRecord record, RunFolder folder, int gridSize) {
        Draft draft = new Draft(record);
        draft.pictures = sheet(record, folder, gridSize, (int) (LARGEST / COMPRESSED));
        return draft.record();
    }

    private static Optional<ContactSheet> sheet(RunRecord record, RunFolder folder, int gridSize, int room) {
        List<Sample> evaluated = record.evaluated();
        List<Sample> rows = rows(evaluated.stream()
                .filter(s -> s.epoch() == evaluated.get(0).epoch() && s.index() < gridSize)
                .toList());
        TreeSet<Integer> measured =
                evaluated.stream().map(Sample::epoch).collect(Collectors.toCollection(TreeSet::new));
        List<Integer> grids =
                folder.evaluationGrids().stream().filter(measured::contains).toList();
        if (rows.isEmpty() || grids.isEmpty()) {
            return Optional.empty();
        }
        List<Integer> epochs = new ArrayList<>();
        List<GridFile> found = new ArrayList<>();
        for (int epoch : columns(grids, best(record))) {
            GridFile.read(folder.evaluationGrid(epoch), gridSize)
                    .filter(grid -> rows.get(rows.size() - 1).index() < grid.pictures())
                    .filter(grid -> found.isEmpty()
                            || (grid.width() == found.get(0).width()
                                    && grid.height() == found.get(0).height()))
                    .ifPresent(grid -> {
                        epochs.add(epoch);
                        found.add(grid);
                    });
        }
        return epochs.isEmpty() ? Optional.empty() : fitting(rows, epochs, found, room);
    }

    /** Samples of different prompts, spread over those that have a picture. */
    private static List<Sample> rows(List<Sample> pictured) {
        Map<String, Sample> byPrompt = new LinkedHashMap<>();
        pictured.forEach(s -> byPrompt.putIfAbsent(s.prompt(), s));
        List<Sample> first = List.copyOf(byPrompt.values());
        return Thinning.evenly(first.size(), MOST_PROMPTS).stream()
                .map(first::get)
                .toList();
    }

    /** The first, the last, the best, and others between them evenly. */
    private static List<Integer> columns(List<Integer> grids, Optional<Integer> best) {
        TreeSet<Integer> epochs = new TreeSet<>();
        best.filter(grids::contains).ifPresent(epochs::add);
        for (int most = MOST_EPOCHS; most > 1; most--) {
            TreeSet<Integer> all = new TreeSet<>(epochs);
            Thinning.evenly(grids.size(), most).forEach(i -> all.add(grids.get(i)));
            if (all.size() <= MOST_EPOCHS) {
                return List.copyOf(all);
            }
        }
        return grids;
    }

    private static Optional<Integer> best(RunRecord record) {
        RunFacts facts = record.facts();
        return BestEvaluation.of(RunReview.evaluations(
                        record.evaluated(), new RunReview.Roles(facts.heldOut(), facts.shown(), facts.gold())))
                .map(BestEvaluation::epoch);
    }

    private static Optional<ContactSheet> fitting(
            List<Sample> rows, List<Integer> epochs, List<GridFile> grids, int room) {
        int width = grids.get(0).width();
        int height = grids.get(0).height();
        List<List<RgbImage>> pictures = rows.stream()
                .map(row ->
                        grids.stream().map(grid -> grid.picture(row.index())).toList())
                .toList();
        for (int columns : WIDTHS) {
            int lines = Math.round((float) columns * height / width);
            if (columns > width || lines < 1 || lines > WIDTHS[0] * 2) {
                continue;
            }
            RgbImage sheet = RgbImage.mosaic(pictures.stream()
                    .map(row -> row.stream().map(p -> p.shrunk(columns, lines)).toList())
                    .toList());
            byte[] jpeg = sheet.toJpeg(QUALITY);
            if (jpeg.length <= room) {
                return Optional.of(new ContactSheet(
                        rows.stream().map(Sample::prompt).toList(),
                        rows.stream().map(Sample::index).toList(),
                        epochs,
                        columns,
                        lines,
                        jpeg));
            }
        }
        return Optional.empty();
    }
}
