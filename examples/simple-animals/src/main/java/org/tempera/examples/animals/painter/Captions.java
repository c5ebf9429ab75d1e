package org.tempera.examples.animals.painter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Writes captions that are true of their pictures. Nearly half speak of quality, so that a model trained on them can
 * see it; the others name the animal, and sometimes the place and the style.
 */
public final class Captions {
    /** No caption has more words than this. */
    public static final int MOST_WORDS = 11;

    private static final double QUALITY_SHARE = .45;
    private static final List<String> OTHER_WORDS = List.of(
            "a",
            "an",
            "and",
            "of",
            "picture",
            "bright",
            "dark",
            "pale",
            "garish",
            "harmonious",
            "tidy",
            "messy",
            "tiny",
            "huge",
            "well",
            "placed",
            "off",
            "centre");

    private Captions() {}

    /** One of the captions that fit the picture. */
    public static String write(PictureFacts facts, PaintRandom random) {
        if (random.chance(QUALITY_SHARE)) {
            String caption = aboutQuality(facts, random);
            if (!caption.isEmpty()) {
                return caption;
            }
        }
        Animal animal = facts.animal();
        double form = random.uniform();
        if (form < .3) {
            return animal.word();
        }
        if (form < .45) {
            return animal.withArticle();
        }
        String scene = animal.withArticle() + " " + facts.background().phrase();
        return form < .75 ? scene : "a " + facts.style().word() + " picture of " + scene;
    }

    /** Every word that captions use, sorted. */
    public static List<String> words() {
        Set<String> words = new TreeSet<>(OTHER_WORDS);
        for (Animal animal : Animal.values()) {
            words.add(animal.word());
        }
        for (Background background : Background.values()) {
            words.addAll(Arrays.asList(background.phrase().split(" ")));
        }
        for (Style style : Style.values()) {
            words.add(style.word());
        }
        return List.copyOf(words);
    }

    /** The words on light, harmony and cleanness that are true of the picture: "dark", "garish", "messy". */
    static List<String> pictureWords(PictureFacts facts) {
        Quality quality = facts.quality();
        List<String> words = new ArrayList<>();
        if (quality.light() <= .45) {
            words.add(facts.exposure() < 0 ? "dark" : "pale");
        } else if (quality.light() >= .75 && facts.background() != Background.NIGHT) {
            words.add("bright");
        }
        if (facts.style() != Style.SEPIA) { // sepia leaves too little hue to judge harmony by
            if (quality.harmony() <= .4) {
                words.add("garish");
            } else if (quality.harmony() >= .75) {
                words.add("harmonious");
            }
        }
        if (facts.strayShapes() >= 3) {
            words.add("messy");
        } else if (facts.strayShapes() == 0) {
            words.add("tidy");
        }
        return words;
    }

    /** The words on size and place that are true of the animal: "tiny", "well placed". */
    static List<String> animalWords(PictureFacts facts) {
        List<String> words = new ArrayList<>();
        if (facts.scale() < .75) {
            words.add("tiny");
        } else if (facts.scale() > 1.2) {
            words.add("huge");
        }
        if (facts.offset() > .12) {
            words.add("off centre");
        }
        if (facts.quality().composition() >= .75) {
            words.add("well placed");
        }
        return words;
    }

    /** A caption with one or two quality words, or nothing where none is true. */
    private static String aboutQuality(PictureFacts facts, PaintRandom random) {
        List<String> ofPicture = pictureWords(facts);
        List<String> ofAnimal = animalWords(facts);
        List<String> all = new ArrayList<>(ofPicture);
        all.addAll(ofAnimal);
        if (all.isEmpty()) {
            return "";
        }
        String first = random.pick(all);
        String second = random.chance(.4) ? random.pick(all) : first;
        boolean two = !first.equals(second);
        if (two && ofAnimal.contains(first) && ofAnimal.contains(second)) {
            two = false;
        }
        String animal = facts.animal().word();
        String picture = "";
        for (String word : two ? List.of(first, second) : List.of(first)) {
            if (ofAnimal.contains(word)) {
                animal = word + " " + animal;
            } else {
                picture = picture.isEmpty() ? word : picture + " and " + word;
            }
        }
        animal = withArticle(animal);
        if (!picture.isEmpty()) {
            String style = !two && random.chance(.3) ? facts.style().word() + " " : "";
            animal = withArticle(picture) + " " + style + "picture of " + animal;
        }
        return random.chance(.5) ? animal + " " + facts.background().phrase() : animal;
    }

    private static String withArticle(String words) {
        return ("aeiou".indexOf(words.charAt(0)) >= 0 ? "an " : "a ") + words;
    }
}
