package org.tempera.examples.animals.painter;

/**
 * What a picture is to show and how good it is to be.
 *
 * @param mirrored whether the animal looks the other way
 */
public record Scene(Animal animal, Background background, Style style, Quality quality, boolean mirrored) {}
