package org.tempera.examples.animals.painter;

import static org.tempera.examples.animals.painter.Hsv.BLACK;
import static org.tempera.examples.animals.painter.Hsv.BLUE;
import static org.tempera.examples.animals.painter.Hsv.DARK_GREY;
import static org.tempera.examples.animals.painter.Hsv.GOLD;
import static org.tempera.examples.animals.painter.Hsv.GREY;
import static org.tempera.examples.animals.painter.Hsv.ORANGE;
import static org.tempera.examples.animals.painter.Hsv.PINK;
import static org.tempera.examples.animals.painter.Hsv.RED;
import static org.tempera.examples.animals.painter.Hsv.TAN;
import static org.tempera.examples.animals.painter.Hsv.WHITE;
import static org.tempera.examples.animals.painter.Hsv.YELLOW;

import org.tempera.examples.animals.painter.Head.Ears;
import org.tempera.examples.animals.painter.Head.Horns;
import org.tempera.examples.animals.painter.Quadruped.Coat;
import org.tempera.examples.animals.painter.Quadruped.Tail;

/** The table by which the animals are drawn. */
final class Anatomy {
    private Anatomy() {}

    static BodyPlan of(Animal animal) {
        return switch (animal) {
            case CAT ->
                new Quadruped(
                                ORANGE,
                                Tail.UP,
                                new Head(.22, .03, Ears.POINTED)
                                        .front()
                                        .whiskers()
                                        .muzzle(WHITE))
                        .body(.40, .20)
                        .legs(.24, .09)
                        .neck(.18, 48)
                        .coat(Coat.BARS, new Hsv(.04, .85, .62));
            case DOG ->
                new Quadruped(
                                new Hsv(.08, .62, .68),
                                Tail.UP,
                                new Head(.23, .15, Ears.FLOPPY).muzzle(WHITE).snoutDrop(8))
                        .body(.38, .20)
                        .legs(.26, .10)
                        .neck(.22, 54)
                        .coat(Coat.BELLY, WHITE);
            case HORSE ->
                new Quadruped(new Hsv(.05, .68, .48), Tail.HORSE, new Head(.15, .26, Ears.POINTED).snoutDrop(38))
                        .body(.46, .21)
                        .legs(.42, .08)
                        .neck(.42, 54)
                        .neckWidth(.19)
                        .mane(BLACK)
                        .tailColour(BLACK);
            case MONKEY -> new Ape(new Hsv(.06, .58, .45), TAN, .95, true);
            case RABBIT ->
                new Quadruped(new Hsv(.08, .15, .90), Tail.BALL, new Head(.20, .03, Ears.LONG).muzzle(WHITE))
                        .body(.34, .25)
                        .legs(.12, .10)
                        .neck(.18, 52);
            case ZEBRA ->
                new Quadruped(
                                WHITE,
                                Tail.TUFT,
                                new Head(.15, .23, Ears.POINTED).snoutDrop(35).muzzle(DARK_GREY))
                        .body(.47, .22)
                        .legs(.40, .08)
                        .neck(.38, 54)
                        .neckWidth(.18)
                        .coat(Coat.STRIPES, BLACK)
                        .mane(BLACK);
            case SPIDER -> new BugPlan(new Hsv(.7, .15, .20), BugPlan.Kind.SPIDER);
            case BIRD ->
                new BirdPlan(BLUE, BirdPlan.Tail.LONG)
                        .body(.32, .23, .12)
                        .head(.18, .10)
                        .beak(.10, YELLOW, false)
                        .breast(ORANGE);
            case SHEEP ->
                new Quadruped(
                                WHITE,
                                Tail.BALL,
                                new Head(.17, .10, Ears.SIDE).colour(DARK_GREY).snoutDrop(30))
                        .body(.42, .28)
                        .legs(.22, .08)
                        .neck(.18, 38)
                        .coat(Coat.WOOL, WHITE)
                        .legColour(DARK_GREY);
            case DEER ->
                new Quadruped(
                                new Hsv(.07, .62, .66),
                                Tail.SHORT,
                                new Head(.14, .14, Ears.SIDE)
                                        .horns(Horns.ANTLERS)
                                        .snoutDrop(25))
                        .body(.40, .18)
                        .legs(.40, .065)
                        .neck(.34, 62)
                        .neckWidth(.14)
                        .coat(Coat.BELLY, TAN);
            case COW ->
                new Quadruped(
                                WHITE,
                                Tail.TUFT,
                                new Head(.20, .1, Ears.FLOPPY)
                                        .front()
                                        .horns(Horns.SHORT)
                                        .muzzle(PINK))
                        .body(.50, .27)
                        .legs(.26, .10)
                        .neck(.16, 30)
                        .coat(Coat.PATCHES, BLACK);
            case GOAT ->
                new Quadruped(
                                new Hsv(.1, .06, .80),
                                Tail.SHORT,
                                new Head(.16, .15, Ears.SIDE)
                                        .horns(Horns.SWEPT_BACK)
                                        .beard()
                                        .snoutDrop(28))
                        .body(.40, .21)
                        .legs(.30, .08)
                        .neck(.26, 52)
                        .neckWidth(.15);
            case LION ->
                new Quadruped(
                                GOLD,
                                Tail.TUFT,
                                new Head(.20, .10, Ears.ROUND).front().ruff(new Hsv(.05, .78, .52)))
                        .body(.44, .20)
                        .legs(.30, .09)
                        .neck(.20, 40)
                        .tailColour(new Hsv(.05, .75, .50));
            case TIGER ->
                new Quadruped(
                                new Hsv(.07, .85, .95),
                                Tail.UP,
                                new Head(.21, .09, Ears.ROUND).front().stripes().muzzle(WHITE))
                        .body(.48, .21)
                        .legs(.27, .10)
                        .neck(.18, 38)
                        .coat(Coat.STRIPES, BLACK);
            case BEAR ->
                new Quadruped(
                                new Hsv(.06, .55, .40),
                                Tail.NONE,
                                new Head(.23, .12, Ears.ROUND).front().muzzle(TAN))
                        .body(.46, .31)
                        .legs(.22, .15)
                        .neck(.14, 34);
            case RACCOON ->
                new Quadruped(
                                GREY,
                                Tail.RINGED,
                                new Head(.22, .08, Ears.ROUND).front().mask().muzzle(WHITE))
                        .body(.36, .23)
                        .legs(.17, .09)
                        .neck(.16, 40)
                        .legColour(DARK_GREY);
            case FOX ->
                new Quadruped(
                                new Hsv(.045, .88, .90),
                                Tail.BUSHY,
                                new Head(.20, .19, Ears.POINTED).muzzle(WHITE).snoutDrop(18))
                        .body(.38, .18)
                        .legs(.24, .08)
                        .neck(.18, 46)
                        .coat(Coat.BELLY, WHITE)
                        .legColour(new Hsv(.04, .6, .45));
            case WOLF ->
                new Quadruped(
                                new Hsv(.6, .12, .46),
                                Tail.BUSHY,
                                new Head(.20, .20, Ears.POINTED).snoutDrop(10).muzzle(new Hsv(.6, .05, .78)))
                        .body(.40, .20)
                        .legs(.32, .085)
                        .neck(.24, 50)
                        .coat(Coat.BELLY, new Hsv(.6, .05, .78))
                        .tailColour(new Hsv(.6, .12, .40));
            case LIZARD -> new SinglePlan(new Hsv(.30, .72, .70), SinglePlan.Kind.LIZARD);
            case BEETLE -> new BugPlan(new Hsv(.40, .80, .50), BugPlan.Kind.BEETLE);
            case ANT -> new BugPlan(new Hsv(.02, .75, .42), BugPlan.Kind.ANT);
            case BUTTERFLY -> new BugPlan(new Hsv(.83, .65, .92), BugPlan.Kind.BUTTERFLY);
            case FISH -> new FishPlan(ORANGE, .42, .27, FishPlan.Shape.FISH);
            case SHARK -> new FishPlan(new Hsv(.58, .24, .52), .60, .19, FishPlan.Shape.SHARK);
            case WHALE -> new FishPlan(new Hsv(.60, .65, .50), .52, .30, FishPlan.Shape.WHALE);
            case DOLPHIN -> new FishPlan(new Hsv(.55, .35, .72), .50, .17, FishPlan.Shape.DOLPHIN);
            case SQUIRREL -> new Sitter(new Hsv(.04, .72, .62), TAN, new Head(.19, .06, Ears.POINTED).muzzle(TAN));
            case MOUSE ->
                new Quadruped(new Hsv(.6, .05, .76), Tail.LONG, new Head(.20, .12, Ears.LARGE_ROUND).snoutDrop(20))
                        .body(.32, .23)
                        .legs(.06, .07)
                        .neck(.12, 15)
                        .tailColour(PINK);
            case RAT ->
                new Quadruped(
                                new Hsv(.08, .30, .42),
                                Tail.LONG,
                                new Head(.18, .22, Ears.ROUND).snoutDrop(18).muzzle(PINK))
                        .body(.38, .21)
                        .legs(.09, .07)
                        .neck(.14, 16)
                        .tailColour(PINK)
                        .legColour(PINK);
            case SNAKE -> new SinglePlan(new Hsv(.25, .75, .58), SinglePlan.Kind.SNAKE);
            case TURTLE -> new SinglePlan(new Hsv(.27, .58, .70), SinglePlan.Kind.TURTLE);
            case FROG -> new SinglePlan(new Hsv(.32, .80, .78), SinglePlan.Kind.FROG);
            case CHICKEN ->
                new BirdPlan(WHITE, BirdPlan.Tail.RAISED)
                        .body(.33, .27, .18)
                        .head(.16, .20)
                        .beak(.10, ORANGE, false)
                        .comb(RED);
            case DUCK ->
                new BirdPlan(new Hsv(.08, .50, .50), BirdPlan.Tail.SHORT)
                        .body(.38, .22, .10)
                        .head(.17, .18)
                        .beak(.17, YELLOW, true)
                        .headColour(new Hsv(.38, .85, .45))
                        .ring()
                        .wing(GREY);
            case GOOSE ->
                new BirdPlan(WHITE, BirdPlan.Tail.SHORT)
                        .body(.36, .23, .16)
                        .head(.13, .46)
                        .neckForward(.1)
                        .beak(.15, ORANGE, true)
                        .wing(new Hsv(.6, .05, .75));
            case BEE -> new BugPlan(YELLOW, BugPlan.Kind.BEE);
            case PIG ->
                new Quadruped(
                                PINK,
                                Tail.CURLED,
                                new Head(.22, .08, Ears.POINTED).front().pigNose())
                        .body(.44, .29)
                        .legs(.16, .11)
                        .neck(.16, 18);
            case TURKEY ->
                new BirdPlan(new Hsv(.04, .62, .40), BirdPlan.Tail.FAN)
                        .body(.33, .29, .16)
                        .head(.12, .20)
                        .beak(.09, YELLOW, false)
                        .comb(RED)
                        .headColour(new Hsv(.58, .35, .75));
            case FLY -> new BugPlan(new Hsv(.55, .25, .32), BugPlan.Kind.FLY);
            case LLAMA ->
                new Quadruped(new Hsv(.1, .25, .94), Tail.BALL, new Head(.15, .12, Ears.UPRIGHT).snoutDrop(15))
                        .body(.36, .24)
                        .legs(.32, .09)
                        .neck(.50, 80)
                        .neckWidth(.17)
                        .coat(Coat.WOOL, WHITE);
            case CAMEL ->
                new Quadruped(new Hsv(.095, .58, .78), Tail.THIN, new Head(.14, .17, Ears.ROUND).snoutDrop(15))
                        .body(.46, .20)
                        .legs(.42, .075)
                        .neck(.44, 48)
                        .neckWidth(.13)
                        .humps(2);
            case BAT -> new SinglePlan(new Hsv(.75, .32, .34), SinglePlan.Kind.BAT);
            case GORILLA -> new Ape(new Hsv(.62, .12, .20), new Hsv(.6, .08, .42), 1.25, false);
            case HEDGEHOG -> new SinglePlan(new Hsv(.08, .48, .42), SinglePlan.Kind.HEDGEHOG);
            case KANGAROO -> new Hopper(new Hsv(.06, .55, .70), TAN, new Head(.16, .14, Ears.UPRIGHT).snoutDrop(20));
        };
    }
}
