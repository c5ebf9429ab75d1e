package org.tempera.examples.animals.painter;

import java.util.Locale;
import java.util.Optional;

/** The 45 simple animals of DDPO's prompts, in the order of the prompts. */
public enum Animal {
    CAT,
    DOG,
    HORSE,
    MONKEY,
    RABBIT,
    ZEBRA,
    SPIDER,
    BIRD,
    SHEEP,
    DEER,
    COW,
    GOAT,
    LION,
    TIGER,
    BEAR,
    RACCOON,
    FOX,
    WOLF,
    LIZARD,
    BEETLE,
    ANT,
    BUTTERFLY,
    FISH,
    SHARK,
    WHALE,
    DOLPHIN,
    SQUIRREL,
    MOUSE,
    RAT,
    SNAKE,
    TURTLE,
    FROG,
    CHICKEN,
    DUCK,
    GOOSE,
    BEE,
    PIG,
    TURKEY,
    FLY,
    LLAMA,
    CAMEL,
    BAT,
    GORILLA,
    HEDGEHOG,
    KANGAROO;

    /** The word for this animal in captions and prompts. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** "a cat", "an ant". */
    public String withArticle() {
        return ("AEIOU".indexOf(name().charAt(0)) >= 0 ? "an " : "a ") + word();
    }

    /** The animal with that word, if there is one. */
    public static Optional<Animal> ofWord(String word) {
        for (Animal animal : values()) {
            if (animal.word().equals(word)) {
                return Optional.of(animal);
            }
        }
        return Optional.empty();
    }
}
