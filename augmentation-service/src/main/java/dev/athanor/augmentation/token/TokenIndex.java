package dev.athanor.augmentation.token;

import dev.athanor.augmentation.shard.Split;
import dev.athanor.preprocessing.tokenizer.Tokenizer;

/// The tokens of a dataset version, and the tokenizer that they are by.
public record TokenIndex(Tokenizer tokenizer, TokenSplit train, TokenSplit test) {
  public TokenSplit split(Split split) {
    return split == Split.TRAIN ? train : test;
  }
}
