package org.tempera.examples.animals.painter;

/**
 * The shapes that spoil an unclean picture, all within the part that a small picture shows too.
 *
 * @param count how many there are
 */
record StrayShapes(Sketch behind, Sketch inFront, int count) {
    /** Stray shapes whose area grows with 1 - cleanness, up to {@code most} of them. */
    static StrayShapes draw(double cleanness, int most, PaintRandom random) {
        double wanted = (1 - cleanness) * most;
        int count = (int) Math.round(wanted);
        // The sizes make up for rounding the number, so that the spoilt area follows cleanness.
        double size = count == 0 ? 0 : Math.sqrt(wanted / count);
        Sketch behind = new Sketch();
        Sketch inFront = new Sketch();
        for (int k = 0; k < count; k++) {
            drawShape(k % 2 == 0 ? behind : inFront, k % 2 == 0, size, random);
        }
        return new StrayShapes(behind, inFront, count);
    }

    private static void drawShape(Sketch s, boolean hidden, double size, PaintRandom random) {
        double x = random.uniform(-.72, .72);
        double y = random.uniform(-.72, .72);
        // What the animal will cover must not lie in the middle, where it could not be seen.
        while (hidden && Math.hypot(x, y) < .5) {
            x = random.uniform(-.72, .72);
            y = random.uniform(-.72, .72);
        }
        double r = size * random.uniform(.09, .15);
        Hsv colour = new Hsv(random.uniform(), random.uniform(.65, 1), random.uniform(.45, 1));
        switch (random.index(3)) {
            case 0 -> s.polygon(colour, x - r, y - r, x + r, y - r * .8, x + r * .8, y + r, x - r * .9, y + r * .9);
            case 1 -> s.polygon(colour, x - r, y + r, x, y - r, x + r, y + r);
            default -> {
                double angle = random.uniform(0, Math.PI);
                double dx = .28 * StrictMath.cos(angle);
                double dy = .28 * StrictMath.sin(angle);
                s.line(.07 * size, colour, x - dx, y - dy, x + dx, y + dy);
            }
        }
    }
}
