package org.tempera.record.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.tempera.base.json.PlainJson;
import org.tempera.record.compare.ComparedRun;
import org.tempera.record.compare.Comparison;
import org.tempera.record.html.Resources;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** What the page is without a browser; {@code src/test/node/try-page.mjs} tries its script in one. */
public class ComparisonPageTest {
    private String page = "";
    private List<Element> elements = List.of();

    @BeforeClass
    public void write() throws Exception {
        page = ComparisonPage.of(SampleComparison.of("tdpo-r", "ddpo", "grpo", SampleComparison.HOSTILE));
        elements = elements(parse(page));
    }

    /** The whole page is well-formed: what is inside style and script is ours, and no XML. */
    private static Document parse(String page) throws Exception {
        String xml = page.substring(page.indexOf("<html"))
                .replaceFirst("(?s)<style>.*?</style>", "<style/>")
                .replaceFirst("(?s)<script>.*?</script>", "<script/>");
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
    }

    private static List<Element> elements(Document document) {
        List<Element> elements = new ArrayList<>();
        NodeList all = document.getElementsByTagName("*");
        for (int i = 0; i < all.getLength(); i++) {
            elements.add((Element) all.item(i));
        }
        return elements;
    }

    private List<Element> all(String tag) {
        return elements.stream().filter(e -> e.getTagName().equals(tag)).toList();
    }

    @Test
    public void everyPartOfAComparisonIsThere() {
        assertThat(all("h2").stream().map(Node::getTextContent))
                .containsExactly(
                        "Verdict",
                        "Training reward and truth",
                        "Truth against KL divergence",
                        "Truth at the same training reward",
                        "Questions",
                        "Diversity against reward",
                        "Seen against held-out prompts",
                        "Critic and updates",
                        "Pictures",
                        "Control on random rewards",
                        "Provenance and fingerprints");
        assertThat(all("figcaption").stream().map(Node::getTextContent))
                .contains(
                        "Training reward against reward queries",
                        "Gold against reward queries",
                        "Training reward against seconds of training",
                        "Gold against seconds of training",
                        "Gain of gold against the root of the KL divergence",
                        "Gold (seen) against KL divergence from the base, nats",
                        "Gold at the same training reward",
                        "Vendi (seen) against training reward",
                        "Training reward, rise on seen prompts less that on held-out against epochs",
                        "Variance explained by the critic against epochs");
        assertThat(all("h3").stream().map(Node::getTextContent))
                .contains("tdpo-r cannot be said to over-optimise or not", "grpo over-optimises");
        assertThat(page)
                .contains("Of all groups: Try: sampling.scale, or stop at epoch 15.")
                .contains("gold from its best", "gold less the controls&#39;")
                .contains("class=\"curve\"", "class=\"band\"", "class=\"mark\"", "class=\"more5\"");
    }

    @Test
    public void questionsAreAnsweredInOnePlace() {
        List<Element> asked = all("table").stream()
                .map(table -> (Element) table.getParentNode())
                .filter(e -> e.getAttribute("aria-label").contains("a question of the sweep's file"))
                .toList();
        assertThat(asked).hasSize(2);
        assertThat(asked.get(0).getTextContent())
                .contains("highest of both", "yes", "highest of all groups", "the same KL divergence", "exploration");
        assertThat(asked.get(1).getTextContent()).contains("open").doesNotContain("yes");
        assertThat(page)
                .contains("is open: 5 of the 10 runs that it is about are there")
                .contains("corrected for all 6 pairs (Holm), those that cannot be tested among them")
                .contains("Truth at the same KL divergence (seen, 24 pictures a seed)");
    }

    @Test
    public void everyChartAndPictureSaysInWordsWhatIsSeen() {
        List<Element> charts = all("svg").stream()
                .filter(e -> e.getAttribute("class").equals("chart"))
                .toList();
        assertThat(charts).hasSizeGreaterThan(12);
        for (Element chart : charts) {
            assertThat(chart.getAttribute("aria-label")).isNotBlank();
            Element figure = (Element) chart.getParentNode();
            assertThat(figure.getElementsByTagName("figcaption").getLength()).isEqualTo(1);
            assertThat(figure.getElementsByTagName("details").item(0).getTextContent())
                    .startsWith("In words")
                    .contains(" at ");
        }
        assertThat(all("img")).hasSize(25).allSatisfy(img -> assertThat(img.getAttribute("alt"))
                .contains("a dog on a red sofa"));
        assertThat(all("table"))
                .allSatisfy(table -> assertThat(((Element) table.getParentNode()).getAttribute("aria-label"))
                        .isNotBlank());
    }

    @Test
    public void everythingIsReachedByKeysAndNamed() {
        Set<String> ids = new HashSet<>();
        elements.stream()
                .map(e -> e.getAttribute("id"))
                .filter(id -> !id.isEmpty())
                .forEach(id -> assertThat(ids.add(id)).as(id).isTrue());
        for (Element e : elements) {
            if (e.hasAttribute("href")) {
                assertThat(e.getAttribute("href")).startsWith("#");
                assertThat(ids).contains(e.getAttribute("href").substring(1));
            }
            for (String reference : List.of("aria-labelledby", "aria-describedby")) {
                if (e.hasAttribute(reference)) {
                    assertThat(ids).contains(e.getAttribute(reference));
                }
            }
            if (e.getTagName().equals("select") || e.getTagName().equals("input")) {
                assertThat(((Element) e.getParentNode()).getTagName()).isEqualTo("label");
            }
            if (e.getTagName().equals("option")) {
                assertThat(e.getAttribute("value")).isNotEmpty();
            }
        }
    }

    /** Whatever names and prompts hold. */
    @Test
    public void nothingFromOutsideSteersThePage() throws Exception {
        assertThat(page)
                .doesNotContain(
                        "<img src=x", "\u202e", "\u0007", "http://", "https://", "javascript:", "@import", "url(")
                .contains(
                        "default-src &#39;none&#39;; img-src data:; style-src &#39;sha256-", "script-src &#39;sha256-")
                .doesNotContain("unsafe-");
        assertThat(page.split("<script>", -1)).hasSize(2);
        assertThat(page.split("</script>", -1)).hasSize(3);
        for (Element e : elements) {
            for (int i = 0; i < e.getAttributes().getLength(); i++) {
                String name = e.getAttributes().item(i).getNodeName();
                assertThat(name).doesNotStartWith("on").isNotEqualTo("style");
            }
            if (e.hasAttribute("src")) {
                assertThat(e.getAttribute("src")).startsWith("data:image/jpeg;base64,");
            }
        }
        Element data = elements.stream()
                .filter(e -> e.getAttribute("id").equals("wall-data"))
                .findFirst()
                .orElseThrow();
        Map<String, Object> plain = PlainJson.readObject(data.getTextContent());
        assertThat(plain.get("prompts").toString())
                .contains("</script><img src=x onerror=alert(1)> \"'&\\u202e\\u0007__proto__");
        assertThat(data.getTextContent()).doesNotContain("<", ">", "&");
    }

    /** The policy of the page would stop most of it; the script does not even try. */
    @Test
    public void theScriptTakesTextsAsTextsAndLoadsNothing() {
        assertThat(Pattern.compile(
                                "innerHTML|outerHTML|insertAdjacentHTML|document\\.write|eval\\(|Function\\(|fetch\\("
                                        + "|XMLHttpRequest|WebSocket|import\\(|https?:|cssText|setAttribute\\('(style|on)")
                        .matcher(Resources.text(ComparisonPage.class, "page.js"))
                        .results())
                .isEmpty();
    }

    @Test
    public void picturesHaveAsMuchRoomAsTheyMayAndNoMore() {
        Comparison large = SampleComparison.onTwo(6);
        String html = ComparisonPage.of(large);
        assertThat(large.runs()).isEqualTo(70);
        assertThat(html.getBytes(StandardCharsets.UTF_8).length).isLessThan(8 << 20);
        assertThat(html).contains("Trained on aesthetic", "Trained on clip-score", "algorithm-3 on clip-score");
        List<PicturedRun> runs = Cast.of(SampleComparison.of("a", "b")).pictures();
        long one = runs.get(0).sheet().jpeg().length;
        PictureWall wall = PictureWall.within(4 * one + one / 2, runs);
        // Of each of the three groups the first, then of the first the second.
        assertThat(wall.runs().stream().map(PicturedRun::name))
                .containsExactly(
                        "aesthetic/a/seed-1", "aesthetic/a/seed-2", "aesthetic/b/seed-1", "aesthetic/random/seed-1");
        assertThat(wall.leftOut()).hasSize(11).startsWith("aesthetic/a/seed-3");
    }

    @Test
    public void aBriefPageHasWhatIsReadFirst() {
        Comparison comparison = SampleComparison.onTwo(6);
        String whole = ComparisonPage.of(comparison);
        String brief = ComparisonPage.of(comparison, ComparisonPage.Extent.BRIEF);
        assertThat(brief.length()).isLessThan(whole.length() * 9 / 10);
        List<String> titles = List.of("Other rewards", "By set of prompts", "Updates and groups");
        assertThat(whole).contains(titles).doesNotContain("This page is brief");
        assertThat(brief).doesNotContain(titles).contains("This page is brief", "Every two groups", "Of each group");
    }

    /** What many lines mark is bounded by the chart, not by the line. */
    @Test
    public void ofManyPointsSomeAreMarked() {
        Comparison comparison = SampleComparison.onTwo(6);
        for (String chart : ComparisonPage.of(comparison).split("<figure", -1)) {
            assertThat(chart.split("class=\"pt\"", -1)).hasSizeLessThan(300);
        }
    }

    @Test
    public void aMillionSamplesTakeAFewSeconds() {
        Comparison million = SampleComparison.ofSamples(1_000_000);
        assertThat(million.proxies().get(0).groups().stream()
                        .flatMap(g -> g.runs().stream())
                        .map(ComparedRun::record)
                        .mapToLong(r -> r.evaluated().size())
                        .sum())
                .isGreaterThanOrEqualTo(1_000_000);
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long begun = threads.getCurrentThreadCpuTime();
        ComparisonPage.of(million);
        // Of one processor: the page and the statistics together have 10.
        assertThat((threads.getCurrentThreadCpuTime() - begun) / 1e9).isLessThan(5);
    }

    @Test
    public void nothingToCompareHasAPageToo() throws Exception {
        assertThat(elements(parse(ComparisonPage.of(
                                new Comparison(List.of(), List.of(), Optional.empty(), List.of("None."), List.of()))))
                        .stream()
                        .filter(e -> e.getTagName().equals("h1"))
                        .map(Node::getTextContent))
                .containsExactly("0 runs beside each other");
    }

    /** The file stays, to be looked at and tried in a browser. */
    @Test
    public void isWrittenToAFile() throws Exception {
        Path file = Path.of("target", "sample-comparison.html");
        ComparisonPage.write(
                SampleComparison.of("tdpo-r", "ddpo", "grpo", SampleComparison.HOSTILE),
                ComparisonPage.Extent.WHOLE,
                file);
        assertThat(Files.readString(file)).isEqualTo(page);
    }
}
