package org.tempera.examples.animals.painter;

/** How one kind of animal is put together. Faces right. */
sealed interface BodyPlan permits Quadruped, Ape, Sitter, Hopper, BirdPlan, FishPlan, BugPlan, SinglePlan {
    /** Draws the animal; {@code pose} moves its limbs a little. */
    void draw(Sketch sketch, PaintRandom pose);

    /** The colour that covers most of the animal, from which its outline is chosen. */
    Hsv mainColour();

    /** Whether it stands on the ground. */
    boolean castsShadow();
}
