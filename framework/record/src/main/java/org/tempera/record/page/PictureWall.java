package org.tempera.record.page;

import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.tempera.base.json.PlainJson;
import org.tempera.base.text.Printable;
import org.tempera.record.html.Markup;
import org.tempera.record.metrics.ScoreNames;

/**
 * Pictures of fixed prompts and noise, by run and checkpoint, with one slider for the checkpoint of all of them, and
 * two that are laid over each other: one wipes from one to the other, or blinks between them. Without scripts the
 * contact sheets are seen as they are.
 *
 * @param runs those that are shown
 * @param leftOut names of runs whose pictures have no room in the page
 */
record PictureWall(List<PicturedRun> runs, List<String> leftOut) implements Block {
    /** What links to it are led by. */
    static final String ID = "pictures";

    private static final String DISAGREEMENT = "training reward above the others";
    private static final int MOST_NAMED = 6;

    PictureWall {
        runs = List.copyOf(runs);
        leftOut = List.copyOf(leftOut);
    }

    /**
     * The pictures that fit: of every group the first run, then of every group the second, and so on.
     *
     * @param room bytes that the sheets' files may have together
     */
    static PictureWall within(long room, List<PicturedRun> runs) {
        Map<Integer, List<PicturedRun>> byGroup = new TreeMap<>();
        runs.forEach(
                r -> byGroup.computeIfAbsent(r.group(), g -> new ArrayList<>()).add(r));
        TreeSet<Integer> taken = new TreeSet<>();
        int most = byGroup.values().stream().mapToInt(List::size).max().orElse(0);
        long used = 0;
        for (int turn = 0; turn < most; turn++) {
            for (List<PicturedRun> group : byGroup.values()) {
                if (turn < group.size()) {
                    PicturedRun run = group.get(turn);
                    long bytes = run.sheet().jpeg().length;
                    if (used + bytes <= room) {
                        used += bytes;
                        taken.add(runs.indexOf(run));
                    }
                }
            }
        }
        List<PicturedRun> shown = taken.stream().map(runs::get).toList();
        List<String> without = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            if (!taken.contains(i)) {
                without.add(runs.get(i).name());
            }
        }
        return new PictureWall(shown, without);
    }

    @Override
    public boolean isEmpty() {
        return runs.isEmpty();
    }

    @Override
    public void write(Markup out) {
        List<Integer> epochs = epochs();
        List<Row> rows = rows();
        List<String> scores = PictureScores.names(runs);
        out.open("div", "id", "wall", "class", "wall", "hidden", "hidden");
        controls(out, epochs, scores);
        pair(out, epochs, rows);
        out.open("div", "id", "tiles", "class", "tiles").close();
        out.element("p", "", "id", "wall-status", "class", "note", "role", "status");
        out.close();
        out.open("div", "id", "sheets", "class", "sheets");
        for (int i = 0; i < runs.size(); i++) {
            sheet(out, i);
        }
        out.close();
        if (!leftOut.isEmpty()) {
            String more = leftOut.size() > MOST_NAMED ? " and " + (leftOut.size() - MOST_NAMED) + " more" : "";
            out.element(
                    "p",
                    "Without room for their pictures in this page: "
                            + String.join(", ", leftOut.subList(0, Math.min(MOST_NAMED, leftOut.size()))) + more
                            + ". Compare fewer runs to see them.",
                    "class",
                    "note");
        }
        out.add(data(epochs, rows, scores));
    }

    /** A prompt and its noise, which are the same in every run that has it. */
    private record Row(int index, String prompt) {}

    private List<Integer> epochs() {
        TreeSet<Integer> epochs = new TreeSet<>();
        runs.forEach(r -> epochs.addAll(r.sheet().epochs()));
        return List.copyOf(epochs);
    }

    private List<Row> rows() {
        LinkedHashMap<Row, Boolean> rows = new LinkedHashMap<>();
        runs.forEach(r -> rowsOf(r).forEach(row -> rows.put(row, true)));
        return List.copyOf(rows.keySet());
    }

    private static List<Row> rowsOf(PicturedRun run) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < run.sheet().prompts().size(); i++) {
            rows.add(new Row(run.sheet().indices().get(i), run.sheet().prompts().get(i)));
        }
        return rows;
    }

    private void controls(Markup out, List<Integer> epochs, List<String> scores) {
        out.open("div", "class", "controls steps");
        out.open("label", "class", "slider")
                .element("span", "Checkpoint")
                .empty(
                        "input",
                        "type",
                        "range",
                        "id",
                        "wall-epoch",
                        "min",
                        "0",
                        "max",
                        Integer.toString(Math.max(0, epochs.size() - 1)),
                        "step",
                        "1",
                        "value",
                        Integer.toString(Math.max(0, epochs.size() - 1)),
                        "aria-describedby",
                        "wall-keys")
                .element("output", "", "id", "wall-epoch-name")
                .close()
                .close();
        out.open("div", "class", "controls");
        out.open("label").element("span", "Runs").open("select", "id", "wall-group");
        out.element("option", "the first of each group", "value", "first");
        Map<Integer, String> groups = new TreeMap<>();
        runs.forEach(r -> groups.put(r.group(), r.groupName()));
        groups.forEach((number, name) -> out.element("option", name, "value", Integer.toString(number)));
        out.close().close();
        out.open("label").element("span", "Prompts").open("select", "id", "wall-order");
        out.element("option", "in their order", "value", "none");
        for (int k = 0; k < scores.size(); k++) {
            out.element("option", "best by " + label(scores.get(k)), "value", k + "+");
            out.element("option", "worst by " + label(scores.get(k)), "value", k + "-");
        }
        if (scores.size() > 1 && scores.contains(ScoreNames.TRAINING)) {
            out.element("option", "where rewards disagree", "value", scores.size() + "+");
        }
        out.close().close().close();
        out.element(
                "p",
                "Keys: \u2190 \u2192 checkpoint; b blink; x swap; , and . wipe; n and p next and previous prompt. Enter"
                        + " on a picture makes it A, with Shift B.",
                "id",
                "wall-keys",
                "class",
                "note");
    }

    private void pair(Markup out, List<Integer> epochs, List<Row> rows) {
        out.open("div", "class", "pair").open("figure");
        out.element("canvas", "", "id", "pair", "role", "img", "width", "8", "height", "8");
        out.element("figcaption", "", "id", "pair-caption").close();
        out.open("div", "class", "controls");
        out.open("label").element("span", "Prompt").open("select", "id", "pair-prompt");
        for (int i = 0; i < rows.size(); i++) {
            out.element("option", rows.get(i).prompt(), "value", Integer.toString(i));
        }
        out.close().close();
        for (String side : List.of("a", "b")) {
            String name = side.equals("a") ? "A" : "B";
            out.open("fieldset").element("legend", name + (side.equals("a") ? ", left" : ", right"));
            out.open("label").element("span", "Run").open("select", "id", "pair-run-" + side);
            for (int i = 0; i < runs.size(); i++) {
                out.element("option", runs.get(i).name(), "value", Integer.toString(i));
            }
            out.close().close();
            out.open("label").element("span", "Checkpoint").open("select", "id", "pair-epoch-" + side);
            out.element("option", "the slider's", "value", "slider");
            for (int i = 0; i < epochs.size(); i++) {
                out.element("option", epoch(epochs.get(i)), "value", Integer.toString(i));
            }
            out.close().close().close();
        }
        out.open("label")
                .element("span", "Wipe")
                .empty("input", "type", "range", "id", "pair-wipe", "min", "0", "max", "100", "value", "50")
                .close();
        out.open("div", "class", "buttons")
                .element("button", "Blink", "type", "button", "id", "pair-blink", "aria-pressed", "false")
                .element("button", "Swap", "type", "button", "id", "pair-swap")
                .element("button", "A click chooses A", "type", "button", "id", "pair-side", "aria-pressed", "false")
                .close();
        out.close().close();
    }

    private static String epoch(int epoch) {
        return epoch == 0 ? "before training" : "epoch " + epoch;
    }

    static String label(String score) {
        return score.equals(ScoreNames.TRAINING) ? "training reward" : score;
    }

    private void sheet(Markup out, int number) {
        PicturedRun run = runs.get(number);
        String columns = String.join(
                ", ", run.sheet().epochs().stream().map(PictureWall::epoch).toList());
        out.open("figure")
                .element("figcaption", run.name() + ": from left to right " + columns)
                .empty(
                        "img",
                        "id",
                        "sheet-" + number,
                        "alt",
                        "Pictures of " + run.name() + ", a row for each prompt: "
                                + String.join("; ", run.sheet().prompts()),
                        "src",
                        "data:image/jpeg;base64,"
                                + Base64.getEncoder().encodeToString(run.sheet().jpeg()))
                .close();
    }

    /** What the script reads: no text in it can end the element, and none steers the page when it is shown. */
    private Markup data(List<Integer> epochs, List<Row> rows, List<String> scores) {
        List<Object> plain = new ArrayList<>();
        for (PicturedRun run : runs) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("name", Printable.line(run.name()));
            fields.put("group", run.group());
            fields.put("width", run.sheet().width());
            fields.put("height", run.sheet().height());
            fields.put("epochs", run.sheet().epochs());
            List<Row> own = rowsOf(run);
            fields.put("rows", rows.stream().map(own::indexOf).toList());
            List<Object> values = new ArrayList<>();
            for (double[][] column : PictureScores.of(run, scores)) {
                values.add(List.of((Object[]) column));
            }
            fields.put("scores", values);
            plain.add(fields);
        }
        List<String> labels = new ArrayList<>();
        scores.forEach(s -> labels.add(Printable.line(label(s))));
        labels.add(DISAGREEMENT);
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("epochs", epochs);
        all.put("prompts", rows.stream().map(r -> Printable.line(r.prompt())).toList());
        all.put("scores", labels);
        all.put("runs", plain);
        return new Markup().data("wall-data", PlainJson.line(all));
    }
}
