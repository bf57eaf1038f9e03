package dev.athanor.augmentation.token;

/// The tokens of a split: its documents in their order, each followed by the end-of-text token, as
/// one stream. Reads only what is asked for. Safe for many threads.
public final class TokenSplit {
  private final Pages pages;
  private final Pages.Numbers ids;
  private final Pages.Numbers starts;
  private final long documents;
  private final long tokens;

  TokenSplit(Pages pages, String prefix, String split, TokenIndexDocument.SplitTokens size) {
    this.pages = pages;
    this.documents = size.documents();
    this.tokens = size.tokens();
    this.ids = new Pages.Numbers(ids(prefix, split), tokens * Integer.BYTES);
    this.starts = new Pages.Numbers(starts(prefix, split), (documents + 1) * Long.BYTES);
  }

  /// The object of a split's ids, int32.
  static String ids(String prefix, String split) {
    return prefix + split + ".ids";
  }

  /// The object of the documents' places among the ids, int64, and last where the last one ends.
  static String starts(String prefix, String split) {
    return prefix + split + ".starts";
  }

  public long documents() {
    return documents;
  }

  /// Tokens of all documents, the end-of-text tokens among them.
  public long tokens() {
    return tokens;
  }

  /// Tokens `[from, from + count)` of the stream.
  public int[] read(long from, int count) {
    var read = new int[count];
    pages
        .read(ids, from * Integer.BYTES, Math.multiplyExact(count, Integer.BYTES))
        .asIntBuffer()
        .get(read);
    return read;
  }

  /// A document's first tokens, at most `most`, without the end-of-text token.
  public int[] document(long document, int most) {
    var places = pages.read(starts, document * Long.BYTES, 2 * Long.BYTES).asLongBuffer();
    long start = places.get(0);
    return read(start, (int) Math.min(most, places.get(1) - 1 - start));
  }
}
