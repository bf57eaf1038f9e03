package dev.athanor.trainer.dataset;

/// How many tokens a data set version has by a tokenizer.
public record TokenCounts(Split train, Split test) {

  /// @param tokens of all documents, the end-of-text token after each among them
  /// @param bytes of the documents' texts
  public record Split(long documents, long tokens, long bytes) {

    /// How many rows of `length` tokens that overlap by one there are.
    ///
    /// @param ordered whether a last one that is not full counts
    public int blocks(int length, boolean ordered) {
      long predicted = Math.max(0, tokens - 1);
      return Math.toIntExact(
          ordered ? Math.ceilDiv(predicted, length - 1) : predicted / (length - 1));
    }
  }

  public Split split(String name) {
    return name.equals("train") ? train : test;
  }
}
