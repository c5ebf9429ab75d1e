package org.tempera.record.page;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tempera.base.files.ReplacedFile;
import org.tempera.record.compare.Axis;
import org.tempera.record.compare.Comparison;
import org.tempera.record.compare.Matched;
import org.tempera.record.compare.Measure;
import org.tempera.record.compare.ProxyComparison;
import org.tempera.record.compare.Trade;
import org.tempera.record.html.Frame;
import org.tempera.record.html.Markup;
import org.tempera.record.html.Resources;
import org.tempera.record.run.RunFolder;

/**
 * Runs beside each other on one page: a file by itself that opens offline, by keys and on a phone too. It can be read
 * without its script, which sorts tables, walks charts, and lays pictures over each other.
 */
public final class ComparisonPage {
    /** How much a page shows. */
    public enum Extent {
        WHOLE,
        /** Small enough to be sent and kept: without the charts that are folded up, and with fewer pictures. */
        BRIEF
    }

    /** Bytes of pictures in a page, before they grow by a third as text. */
    private static final long ROOM = 2 << 20;

    private static final long BRIEF_ROOM = ROOM / 4;

    private static final String BRAND = "Tempera comparison";
    private static final String STYLE = Resources.text(ComparisonPage.class, "page.css");
    private static final String SCRIPT = Resources.text(ComparisonPage.class, "page.js");

    private final Comparison comparison;
    private final Extent extent;
    private final Cast cast;

    private ComparisonPage(Comparison comparison, Extent extent) {
        this.comparison = comparison;
        this.extent = extent;
        cast = Cast.of(comparison);
    }

    /** The whole page as HTML. */
    public static String of(Comparison comparison) {
        return of(comparison, Extent.WHOLE);
    }

    /** The page as HTML. */
    public static String of(Comparison comparison, Extent extent) {
        return new ComparisonPage(comparison, extent).render();
    }

    /**
     * Fails where a page cannot be written without the loss of something else.
     *
     * @throws org.tempera.spi.UserException if the name is not that of a page, or a file is there that is none of
     *     these
     */
    public static void requireOwn(Path file) {
        ReplacedFile.requireOwn(file, ".html", "<p class=\"brand\">" + BRAND + "</p>", "a page of compare");
    }

    /**
     * Writes the file, all of it or nothing.
     *
     * @throws org.tempera.spi.UserException if it cannot be written
     */
    public static void write(Comparison comparison, Extent extent, Path file) {
        RunFolder.writeText(file, of(comparison, extent));
    }

    private String render() {
        List<Section> sections = sections().stream().filter(s -> !s.isEmpty()).toList();
        Markup body = new Markup();
        Look.shapes(body);
        facts(body);
        body.open("nav", "aria-label", "Sections").open("ul", "class", "top");
        sections.forEach(s ->
                body.open("li").element("a", s.title(), "href", "#" + s.id()).close());
        body.open("li", "class", "theme")
                .element("button", "Colours", "type", "button", "id", "theme", "hidden", "hidden")
                .close();
        body.close().close();
        sections.forEach(s -> s.write(body));
        long runs = comparison.runs();
        String title = runs == 1 ? "One run" : runs + " runs beside each other";
        return new Frame(BRAND, title, STYLE, body.toString(), SCRIPT).render();
    }

    private void facts(Markup out) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("groups", listed(cast.members().stream().map(m -> m.group().name())));
        facts.put("trained on", listed(comparison.proxies().stream().map(ProxyComparison::proxy)));
        facts.put("judged by", listed(comparison.proxies().stream().flatMap(p -> p.truth().stream())));
        facts.put("seeds", listed(cast.runs().map(r -> Long.toString(r.seed())).sorted()));
        out.open("dl", "class", "facts");
        facts.forEach((name, value) ->
                out.open("div").element("dt", name).element("dd", value).close());
        out.close();
    }

    private static String listed(Stream<String> values) {
        List<String> distinct = values.distinct().toList();
        return distinct.isEmpty() ? "none" : String.join(", ", distinct);
    }

    private List<Section> sections() {
        return List.of(
                new Section(
                        "verdict",
                        "Verdict",
                        "An algorithm over-optimises where its training reward rises while the truth, gold or else the"
                                + " held-out score, falls. What is said of an algorithm is over its seeds.",
                        verdicts()),
                new Section(
                        "reward",
                        "Training reward and truth",
                        "Against what a run cost: reward queries, which are the pictures that it was asked for, and seconds. Bands are"
                                + " bootstrap intervals of 95 % over seeds, which are narrow of few: of 5 seeds they hold the"
                                + " mean in 84 % of cases, of 3 in 75 %. Of one seed they are over its pictures. A fine line is the curve of"
                                + " Gao et al. (2023), fitted to all seeds. A point leads to the pictures of its epoch. Here and"
                                + " below, charts of one quantity beside each other have one vertical scale; one that would"
                                + " be flat on it, or make the others flat, has its own and says so.",
                        byProxy(this::rewards)),
                new Section(
                        "divergence",
                        "Truth against KL divergence",
                        "What is kept of the truth as the model leaves the base. The curve that Gao et al. found rises with"
                                + " the root of the divergence, and turns.",
                        byProxy(this::divergence)),
                new Section(
                        "matched",
                        "Truth at the same training reward",
                        "Groups are compared where they have come equally far: at one epoch one may simply be faster.",
                        Stream.concat(
                                        byProxy(p -> matched(
                                                        comparison.proxies().get(p), p))
                                                .stream(),
                                        comparison.matrix().stream().flatMap(m -> MatchedTables.of(m).stream()))
                                .toList()),
                new Section(
                        "questions",
                        "Questions",
                        "What the file of a sweep asks, of its own runs. A question is answered where both groups of a pair"
                                + " have come to the highest training reward that both reach, and corrected for all pairs that"
                                + " the file asks for, on whichever training reward. What is read at the highest level of all"
                                + " groups, or at the same KL divergence, is exploration: its chance is not corrected.",
                        AnswerTables.of(comparison.answers())),
                new Section(
                        "diversity",
                        "Diversity against reward",
                        "How much the pictures of one prompt still differ.",
                        byProxy(this::diversity)),
                new Section(
                        "prompts",
                        "Seen against held-out prompts",
                        "Whether what was learnt holds on prompts that training never saw.",
                        byProxy(this::prompts)),
                new Section(
                        "health",
                        "Critic and updates",
                        "The critic's explained variance is at most 1; below 0 it is worse than a constant.",
                        byProxy(this::health)),
                new Section(
                        PictureWall.ID,
                        "Pictures",
                        "The same prompts and noise in every run and at every checkpoint.",
                        List.of(PictureWall.within(brief() ? BRIEF_ROOM : ROOM, cast.pictures()))),
                new Section(
                        "control",
                        "Control on random rewards",
                        "A run that differs only in being trained on random numbers shows what the updates alone wear"
                                + " away.",
                        byProxy(this::control)),
                new Section(
                        "origins",
                        "Provenance and fingerprints",
                        "Numbers are laid beside each other only where the parts of the fingerprint that they depend on are equal.",
                        Origins.of(cast)));
    }

    private List<Block> verdicts() {
        List<Block> blocks = new ArrayList<>(Verdicts.of(cast, comparison.proxies()));
        blocks.add(new Notes(allNotes()));
        if (brief()) {
            blocks.add(new Notes(
                    List.of("This page is brief: charts by set of prompts, of other rewards, of statistics and"
                            + " of updates are left out. The whole page and the JSON have them.")));
        }
        return blocks;
    }

    private List<String> allNotes() {
        List<String> notes = new ArrayList<>(comparison.notes());
        List<ProxyComparison> proxies = comparison.proxies();
        for (ProxyComparison proxy : proxies) {
            proxy.notes().forEach(n -> {
                boolean ofAll = proxies.stream().allMatch(p -> p.notes().contains(n));
                notes.add(ofAll ? n : "Trained on " + proxy.proxy() + ": " + n);
            });
        }
        cast.members().forEach(m -> m.group()
                .notes()
                .forEach(n -> notes.add(n.contains(m.group().name()) ? n : m.name() + ": " + n)));
        return notes.stream().distinct().toList();
    }

    /** The blocks of every training reward, named where there are several. */
    private List<Block> byProxy(Function<Integer, List<Block>> blocks) {
        List<Block> all = new ArrayList<>();
        for (int p = 0; p < comparison.proxies().size(); p++) {
            List<Block> its = blocks.apply(p).stream().filter(b -> !b.isEmpty()).toList();
            if (!its.isEmpty() && comparison.proxies().size() > 1) {
                all.add(new Heading("Trained on " + comparison.proxies().get(p).proxy()));
            }
            all.addAll(its);
        }
        return all;
    }

    private boolean brief() {
        return extent == Extent.BRIEF;
    }

    /** Charts that are shown when they are asked for; a brief page has none of them. */
    private Block more(String title, List<Chart> charts) {
        return new Folded(title, brief() ? List.of() : List.of(new Plots("", charts)));
    }

    private CurveCharts charts(int proxy) {
        return new CurveCharts(cast, cast.on(proxy));
    }

    private static Predicate<Measure> ofRun(Measure.Kind... kinds) {
        Set<Measure.Kind> wanted = Set.of(kinds);
        return m -> wanted.contains(m.kind()) && m.set().isEmpty();
    }

    private List<Block> rewards(int proxy) {
        CurveCharts charts = charts(proxy);
        List<Chart> main = new ArrayList<>();
        Set<Measure> shown = new LinkedHashSet<>(charts.measures(ofRun(Measure.Kind.PROXY)));
        shown.addAll(charts.measures(ofRun(Measure.Kind.TRUTH)));
        Set<Axis> axes = shown.stream()
                .flatMap(m -> charts.costs(m).stream())
                .collect(Collectors.toCollection(LinkedHashSet::new));
        axes.forEach(axis -> shown.forEach(m -> main.add(charts.over(m, axis))));
        List<Chart> others =
                charts.measures(ofRun(Measure.Kind.HELD_OUT_SCORE, Measure.Kind.HELD_OUT, Measure.Kind.SHOWN)).stream()
                        .map(m -> charts.over(m, charts.costs(m).get(0)))
                        .toList();
        return List.of(
                new Plots("", main),
                new Plots(
                        "Each by itself: training reward and truth on one scale",
                        new CurveCharts(cast, cast.trainedOn(proxy)).byThemselves()),
                more("Other rewards", others));
    }

    private List<Block> divergence(int proxy) {
        CurveCharts charts = charts(proxy);
        List<Chart> shown = new ArrayList<>(charts.trades(t -> t.x().kind() == Measure.Kind.DIVERGENCE));
        shown.add(charts.gao());
        List<Block> blocks = new ArrayList<>(List.of(new Plots("", shown), fits(proxy)));
        Set<Measure> distances = charts.measures(m -> m.kind() == Measure.Kind.DIVERGENCE);
        blocks.add(more(
                "Divergence as training goes on",
                distances.stream()
                        .map(m -> charts.over(m, charts.costs(m).get(0)))
                        .toList()));
        return blocks;
    }

    private Block fits(int proxy) {
        List<List<Table.Cell>> rows = new ArrayList<>();
        for (Cast.Member member : cast.on(proxy)) {
            member.group()
                    .gao()
                    .ifPresent(g -> rows.add(List.of(
                            Table.Cell.of(member.shortName()),
                            Labels.cell(g.alpha()),
                            Labels.cell(g.beta()),
                            Table.Cell.of(g.turning()),
                            Table.Cell.of(g.peaking()),
                            g.peakDistance().map(Labels::cell).orElse(Table.Cell.of("does not turn")),
                            Table.Cell.of(g.error()))));
        }
        return new Table(
                "Fits of d (alpha - beta log d), d the root of the divergence: the curve turns where beta is above 0."
                        + " Resamples that turn nowhere count as turning infinitely far: with more than 2.5 % of them"
                        + " the place has no upper end",
                List.of(
                        "group",
                        "alpha",
                        "beta",
                        "share of resamples that turn within what was reached",
                        "share that turn anywhere",
                        "turns at d",
                        "error"),
                rows);
    }

    private List<Block> matched(ProxyComparison proxy, int number) {
        List<Cast.Member> members = cast.trainedOn(number);
        List<Block> blocks = new ArrayList<>();
        proxy.atReward().ifPresent(m -> blocks.addAll(MatchedTables.of(m, members)));
        List<Block> atDivergence =
                proxy.atDivergence().map(m -> atDivergence(m, members)).orElse(List.of());
        blocks.add(new Folded(
                "Truth at the same KL divergence"
                        + proxy.atDivergence()
                                .flatMap(m ->
                                        m.by().set().map(set -> " (" + set + ", " + MatchedTables.pictures(m) + ")"))
                                .orElse(""),
                atDivergence));
        return blocks;
    }

    private static List<Block> atDivergence(Matched matched, List<Cast.Member> members) {
        return MatchedTables.of(matched, members);
    }

    private List<Block> diversity(int proxy) {
        CurveCharts charts = charts(proxy);
        Predicate<Trade> diverse =
                t -> t.x().kind() == Measure.Kind.DIVERSITY || t.y().kind() == Measure.Kind.DIVERSITY;
        Collection<Measure> measures = charts.measures(m -> m.kind() == Measure.Kind.DIVERSITY);
        Collection<Measure> pictures = charts.measures(m -> m.kind() == Measure.Kind.PICTURE);
        return List.of(
                new Plots("", charts.trades(diverse)),
                more("Diversity as training goes on", charts.overEpochs(measures)),
                more("Statistics of the pictures themselves", charts.overEpochs(pictures)));
    }

    private List<Block> prompts(int proxy) {
        CurveCharts charts = charts(proxy);
        Predicate<Measure> ofSet = m -> m.set().isPresent();
        Predicate<Measure> main = ofSet.and(m -> m.kind() == Measure.Kind.PROXY || m.kind() == Measure.Kind.TRUTH);
        Predicate<Measure> others = ofSet.and(m -> m.kind() == Measure.Kind.HELD_OUT
                || m.kind() == Measure.Kind.HELD_OUT_SCORE
                || m.kind() == Measure.Kind.SHOWN);
        return List.of(
                new Plots("", charts.overEpochs(charts.measures(m -> m.kind() == Measure.Kind.GAP))),
                more("By set of prompts", charts.overEpochs(charts.measures(main))),
                more("Other rewards by set of prompts", charts.overEpochs(charts.measures(others))));
    }

    private List<Block> health(int proxy) {
        CurveCharts charts = charts(proxy);
        Predicate<Measure> metric = m -> m.kind() == Measure.Kind.METRIC;
        Predicate<Measure> ofCritic = m -> m.name().startsWith("critic/");
        return List.of(
                new Plots("", charts.overEpochs(charts.measures(metric.and(ofCritic)))),
                more("Updates and groups", charts.overEpochs(charts.measures(metric.and(ofCritic.negate())))));
    }

    private List<Block> control(int proxy) {
        if (cast.on(proxy).stream().noneMatch(m -> m.group().control())) {
            return List.of(
                    new Notes(
                            List.of(
                                    "There is none among these runs: wear by the updates alone cannot be told from over-optimisation.")));
        }
        CurveCharts charts = charts(proxy);
        List<List<Table.Cell>> rows = new ArrayList<>();
        for (Cast.Member member : cast.trainedOn(proxy)) {
            member.group()
                    .verdict()
                    .againstControl()
                    .ifPresent(e ->
                            rows.add(List.of(Table.Cell.of(member.shortName()), new Table.Cell(e.signed(), e.mean()))));
        }
        return List.of(
                new Plots("", charts.overEpochs(charts.measures(ofRun(Measure.Kind.TRUTH)))),
                new Table(
                        "Truth at the last evaluation less the control's, 95 % interval over seeds",
                        List.of("group", "difference"), rows));
    }
}
