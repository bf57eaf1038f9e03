package dev.athanor.preprocessing.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;

/// The library in this process, which dies where the library gives up.
final class NativeLibrary implements Library {
  /// A file's own truncation and padding are not ours: lengths are the views' affair.
  private static final Map<String, String> OPTIONS =
      Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "false");

  private final HuggingFaceTokenizer tokenizer;

  private NativeLibrary(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /// @throws TokenizerException where it does not take the file
  static NativeLibrary load(byte[] json) {
    try {
      return new NativeLibrary(
          HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), OPTIONS));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    } catch (RuntimeException refused) {
      throw new TokenizerException(
          "tokenizer.json: %s (expected: a tokenizer that %s loads)"
              .formatted(refused.getMessage(), Tokenizer.library()),
          refused);
    }
  }

  /// Ids alone, without the spellings and places that the library's own wrapper always fetches:
  /// several times as fast.
  @Override
  public int[] encode(String text, boolean framed) {
    long encoding;
    try {
      encoding = TokenizersLibrary.LIB.encode(tokenizer.getHandle(), text, framed);
    } catch (RuntimeException refused) {
      throw new TokenizerException(
          "tokenizer.json: %s (expected: a tokenizer that spells any text)"
              .formatted(refused.getMessage()),
          refused);
    }
    try {
      var ids = TokenizersLibrary.LIB.getTokenIds(encoding);
      return Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
    } finally {
      TokenizersLibrary.LIB.deleteEncoding(encoding);
    }
  }

  @Override
  public String decode(int[] ids) {
    return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), false);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
