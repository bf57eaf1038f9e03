package dev.athanor.launcher.demo;

import java.util.List;
import java.util.Locale;

/// What a generated story is about, by its own words.
enum Topic {
  SEA(
      "sailor harbour anchor lighthouse gull wave reef ship captain net tide mast whale pier island"
          + " compass deck storm oyster current rudder cabin shell cliff ferry"),
  KITCHEN(
      "cook oven pepper kettle spoon onion flour bread soup butter pan recipe garlic cheese knife"
          + " plate honey cake basil bowl lemon table stove cellar jam"),
  MUSIC(
      "violin drum singer chorus piano melody concert trumpet rhythm flute orchestra stage cello"
          + " tune audience harp conductor guitar ballad opera note choir echo bow hall"),
  GARDEN(
      "rose spade hedge gardener seed bee orchard tulip soil fern pond fence ivy apple nettle root"
          + " blossom shed worm lawn rake willow moss sparrow path"),
  CITY(
      "tram bridge tower market square clerk lamp station crowd office baker bank street statue"
          + " ticket corner bus shop judge library window taxi roof newspaper bell"),
  MOUNTAIN(
      "summit glacier climber rope eagle valley snow ridge goat hut pine avalanche peak guide rock"
          + " torch cave stream boot fog pass slope shepherd wolf camp"),
  SCHOOL(
      "teacher pupil chalk lesson desk atlas pencil exam bench poem globe satchel riddle sum"
          + " blackboard grammar prize essay ruler corridor principal page quiz ink holiday"),
  WORKSHOP(
      "carpenter hammer nail saw plank forge anvil smith chisel wheel lathe bolt hinge ladder vice"
          + " glue barrel rivet spark engine drill copper spring bellows gauge");

  private final List<String> nouns;

  Topic(String nouns) {
    this.nouns = List.of(nouns.split(" "));
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  List<String> nouns() {
    return nouns;
  }
}
