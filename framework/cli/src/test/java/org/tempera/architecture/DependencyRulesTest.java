package org.tempera.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/**
 * Who may depend on whom. The command sees every module, so the rules are checked here, over the compiled classes of
 * all of them.
 */
public class DependencyRulesTest {

    private static final Set<String> PLUGIN_MAY_SEE = Set.of("spi", "base", "nn");
    private static final Set<String> POLICY_MAY_SEE = Set.of("spi", "base", "nn", "diffusers");

    private static final Set<String> BELOW_CORE = Set.of("spi", "base", "graph", "record", "nn");

    /** Module to the modules it may use; whatever is missing here is a new module that has to be thought about. */
    private static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
            Map.entry("spi", Set.of()),
            Map.entry("base", Set.of("spi")),
            Map.entry("graph", Set.of("spi", "base")),
            Map.entry("record", Set.of("spi", "base")),
            Map.entry("nn", Set.of("spi", "base")),
            Map.entry("diffusers", Set.of("spi", "base", "nn")),
            Map.entry("core", BELOW_CORE),
            Map.entry("verify", with(BELOW_CORE, "core")),
            Map.entry("preference", with(BELOW_CORE, "core")),
            Map.entry("runtime", with(BELOW_CORE, "core", "verify", "preference")),
            Map.entry("toy", Set.of("spi")),
            Map.entry("testing", Set.of("spi")),
            Map.entry("testkit", with(BELOW_CORE, "core", "toy")),
            Map.entry("cli", with(BELOW_CORE, "core", "verify", "preference", "runtime")),
            Map.entry("algorithms", PLUGIN_MAY_SEE),
            Map.entry("stable-diffusion", POLICY_MAY_SEE),
            Map.entry("aesthetic", PLUGIN_MAY_SEE),
            Map.entry("human-preference", PLUGIN_MAY_SEE),
            Map.entry("control", PLUGIN_MAY_SEE),
            Map.entry("clip-score", PLUGIN_MAY_SEE),
            Map.entry("pick-score", PLUGIN_MAY_SEE),
            Map.entry("hps-v2", PLUGIN_MAY_SEE),
            Map.entry("image-reward", PLUGIN_MAY_SEE),
            Map.entry("jpeg", PLUGIN_MAY_SEE),
            Map.entry("remote", PLUGIN_MAY_SEE),
            // The example is an application: it trains its world with the framework and the built-in plugins.
            Map.entry(
                    "simple-animals",
                    with(
                            BELOW_CORE,
                            "diffusers",
                            "core",
                            "preference",
                            "runtime",
                            "algorithms",
                            "stable-diffusion",
                            "aesthetic",
                            "human-preference",
                            "control",
                            "clip-score")));

    /** Matches a class in a folder of classes and in a jar alike. */
    private static final Pattern MODULE =
            Pattern.compile("/(?:framework|policies|rewards-plugins|examples)/([a-z0-9-]+)/target/");

    private static final String GOLD = "org.tempera.examples.animals.gold..";

    private JavaClasses classes;

    @BeforeClass
    public void readClasses() {
        classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("org.tempera");
        assertThat(classes).as("classes of all modules").hasSizeGreaterThan(50);
    }

    @Test
    public void modulesUseOnlyWhatTheyMay() {
        Set<String> wrong = new TreeSet<>();
        for (JavaClass origin : classes) {
            String from = moduleOf(origin).orElseThrow();
            Set<String> allowed = MAY_USE.get(from);
            if (allowed == null) {
                wrong.add("module " + from + " has no rule here");
                continue;
            }
            for (Dependency dependency : origin.getDirectDependenciesFromSelf()) {
                moduleOf(dependency.getTargetClass().getBaseComponentType())
                        .filter(to -> !to.equals(from) && !allowed.contains(to))
                        .ifPresent(to -> wrong.add(from + " may not use " + to + ": " + dependency.getDescription()));
            }
        }
        assertThat(wrong).isEmpty();
    }

    /**
     * The default locale may have other digits, and other dots on its letters: what is written must not depend on it.
     */
    @Test
    public void nothingFormatsByTheDefaultLocale() {
        Set<String> byDefault = Set.of(
                "java.lang.String.format(java.lang.String, [Ljava.lang.Object;)",
                "java.lang.String.formatted([Ljava.lang.Object;)",
                "java.lang.String.toLowerCase()",
                "java.lang.String.toUpperCase()",
                "java.io.PrintStream.printf(java.lang.String, [Ljava.lang.Object;)",
                "java.io.PrintStream.format(java.lang.String, [Ljava.lang.Object;)",
                "java.io.PrintWriter.printf(java.lang.String, [Ljava.lang.Object;)",
                "java.io.PrintWriter.format(java.lang.String, [Ljava.lang.Object;)",
                "java.text.DecimalFormat.<init>(java.lang.String)",
                "java.text.MessageFormat.format(java.lang.String, [Ljava.lang.Object;)",
                "java.text.NumberFormat.getInstance()",
                "java.text.NumberFormat.getNumberInstance()",
                "java.text.NumberFormat.getIntegerInstance()",
                "java.text.NumberFormat.getPercentInstance()",
                "java.text.SimpleDateFormat.<init>(java.lang.String)",
                "java.time.format.DateTimeFormatter.ofPattern(java.lang.String)",
                "java.util.Formatter.<init>()",
                "java.util.Formatter.<init>(java.lang.Appendable)",
                "java.util.Scanner.<init>(java.io.InputStream)");
        Set<String> wrong = new TreeSet<>();
        for (JavaClass origin : classes) {
            for (JavaAccess<?> access : origin.getAccessesFromSelf()) {
                if (byDefault.contains(access.getTarget().getFullName())) {
                    wrong.add(access.getDescription());
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    public void noPackageIsSplitOverTwoModules() {
        Map<String, Set<String>> modules = new TreeMap<>();
        for (JavaClass each : classes) {
            modules.computeIfAbsent(each.getPackageName(), name -> new TreeSet<>())
                    .add(moduleOf(each).orElseThrow());
        }
        modules.values().removeIf(owners -> owners.size() == 1);
        assertThat(modules).isEmpty();
    }

    @Test
    public void onlyRuntimeKnowsGuice() {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.tempera.runtime..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.google.inject..", "jakarta.inject..")
                .because("plugins are found by ServiceLoader, and the engine is wired by constructors")
                .check(classes);
    }

    @Test
    public void statisticsKnowNoTensorFlow() {
        DescribedPredicate<JavaClass> statistics = describe(
                "statistics and advantages",
                each -> each.getPackageName().matches(".*\\.(stats|statistics|advantage)(\\..*)?")
                        || each.getSimpleName().matches(".*Advantages?(Estimator|Statistics)?"));
        assertThat(classes.that(statistics)).as("statistics code").isNotEmpty();
        noClasses()
                .that(statistics)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.tensorflow..")
                .because("statistics are plain arrays, tested without natives")
                .check(classes);
    }

    /** TensorBoard's events are TensorFlow's messages, which are Java alone. */
    @Test
    public void lookingAtARunNeedsNoNatives() {
        noClasses()
                .that()
                .resideInAnyPackage("org.tempera.base..", "org.tempera.record..")
                .should()
                .dependOnClassesThat(describe(
                        "classes of TensorFlow but for its messages",
                        each -> each.getPackageName().startsWith("org.tensorflow")
                                && !each.getPackageName().startsWith("org.tensorflow.proto")))
                .because("a run is read, judged and shown where no native is installed")
                .check(classes);
    }

    @Test
    public void sessionsRunInTheGraphPackageOnly() {
        DescribedPredicate<JavaAccess<?>> run = describe(
                "Session.run",
                access -> access.getTargetOwner().getName().startsWith("org.tensorflow.Session")
                        && access.getName().startsWith("run"));
        noClasses()
                .that()
                .resideOutsideOfPackage("org.tempera.graph..")
                .should()
                .accessTargetWhere(run)
                .because("stepping goes through a typed Program, which checks shapes and closes tensors")
                .check(classes);
    }

    @Test
    public void oneClassOpensGraphs() {
        Set<String> openers = classes.stream()
                .filter(each -> each.getConstructorCallsFromSelf().stream()
                        .anyMatch(call -> call.getTargetOwner().getName().equals("org.tensorflow.Graph")))
                .map(JavaClass::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(openers)
                .as("classes that open an org.tensorflow.Graph")
                .hasSizeLessThanOrEqualTo(1)
                .allMatch(name -> name.startsWith("org.tempera.graph."));
    }

    /**
     * A session of another process's, which TensorFlow Java has no door to: what it runs are bytes on their way from
     * worker to worker, which no graph of a model is part of. And the list of devices, which it has no door to either.
     */
    @Test
    public void onlyWhatGoesBetweenWorkersAndTheListOfDevicesUseTheCApi() {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.tempera.graph.workers..")
                .and()
                .doNotHaveSimpleName("ComputeDevice")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.tensorflow.internal..")
                .because("what TensorFlow Java opens for all is checked and closed by it")
                .check(classes);
    }

    @Test
    public void nothingReachesTheGoldScorer() {
        noClasses()
                .that(describe("all but the gold scorer", each -> !resideInAPackage(GOLD)
                        .test(each)))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(GOLD)
                .because("a score that training can see is no longer a gold standard")
                .check(classes);
    }

    private static Set<String> with(Set<String> modules, String... more) {
        Set<String> all = new TreeSet<>(modules);
        all.addAll(Set.of(more));
        return all;
    }

    private static Optional<String> moduleOf(JavaClass each) {
        return each.getSource().flatMap(source -> {
            Matcher matcher = MODULE.matcher(source.getUri().toString());
            return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
        });
    }
}
