package dev.athanor.embedding.door;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import java.util.Arrays;

/// All parsers in one process, since most of a short run is the process's start. The last byte of
/// an input chooses the parser; how many inputs each was given is said at the end.
public final class ParsersFuzz {
  private static final FuzzedParser[] parsers = FuzzedParser.values();
  private static final int[] inputs = new int[parsers.length];

  private ParsersFuzz() {}

  public static void fuzzerTestOneInput(FuzzedDataProvider data) throws Exception {
    int which = data.consumeInt(0, parsers.length - 1);
    inputs[which]++;
    parsers[which].fuzz(data);
  }

  public static void fuzzerTearDown() {
    for (var parser : parsers) {
      System.err.println(said(parser) + inputs[parser.ordinal()]);
    }
  }

  /// A good input of one parser as one of all.
  static byte[] input(FuzzedParser parser, byte[] good) {
    var input = Arrays.copyOf(good, good.length + 1);
    input[good.length] = (byte) parser.ordinal();
    return input;
  }

  /// How many inputs a parser was given.
  ///
  /// @param said by the process
  static int inputs(FuzzedParser parser, String said) {
    return said.lines()
        .filter(line -> line.startsWith(said(parser)))
        .mapToInt(line -> Integer.parseInt(line.substring(said(parser).length())))
        .sum();
  }

  private static String said(FuzzedParser parser) {
    return "inputs of " + parser + ": ";
  }
}
