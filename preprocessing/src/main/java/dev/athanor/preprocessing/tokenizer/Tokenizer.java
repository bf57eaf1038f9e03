package dev.athanor.preprocessing.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A tokenizer: a standard `tokenizer.json`, carried out by Hugging Face's library. Safe for many
/// threads; its native memory is given back when nobody holds it any more.
public final class Tokenizer {
  private static final Cleaner CLEANER = Cleaner.create();

  private static final String LIBRARY = "tokenizers " + version();

  private final Library library;
  private final TokenizerFile file;

  /// What the tokenizer puts before and after a text, as `[CLS]` and `[SEP]`; often nothing.
  private final int[] prefix;

  private final int[] suffix;

  /// All ids that stand for text, in ascending order.
  private final int[] ordinary;

  private Tokenizer(Library library, TokenizerFile file) {
    this.library = library;
    this.file = file;
    this.ordinary =
        IntStream.range(0, file.vocabulary())
            .filter(id -> file.tokens().containsKey(id) && !file.special().contains(id))
            .toArray();
    var bare = encode("a", false);
    var framed = encode("a", true);
    int start = start(framed, bare);
    this.prefix = start < 0 ? new int[0] : Arrays.copyOf(framed, start);
    this.suffix =
        start < 0 ? new int[0] : Arrays.copyOfRange(framed, start + bare.length, framed.length);
  }

  /// Reads a `tokenizer.json`. Where it has parts by which a text could take more than time and
  /// memory in proportion to its length, the library carries it out in a process of its own.
  ///
  /// @throws TokenizerException that says why it is none
  /// @throws TokenizerAwayException where its process was ended from outside
  public static Tokenizer load(byte[] json) {
    var file = TokenizerFile.read(json);
    return of(file.harmless() ? NativeLibrary.load(json) : new LibraryProcess(json), file);
  }

  /// Reads a `tokenizer.json` of whatever parts in this process, which may die of it.
  ///
  /// @throws TokenizerException that says why it is none
  public static Tokenizer loadHere(byte[] json) {
    return of(NativeLibrary.load(json), TokenizerFile.read(json));
  }

  private static Tokenizer of(Library library, TokenizerFile file) {
    try {
      var tokenizer = new Tokenizer(library, file);
      CLEANER.register(tokenizer, library::close);
      return tokenizer;
    } catch (RuntimeException refused) {
      library.close();
      throw refused;
    }
  }

  /// The native library that encodes, with its version: its change may change tokens.
  public static String library() {
    return LIBRARY;
  }

  private static String version() {
    var properties = new Properties();
    try (var input =
        HuggingFaceTokenizer.class.getResourceAsStream("/native/lib/tokenizers.properties")) {
      properties.load(Objects.requireNonNull(input, "tokenizers.properties"));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    return properties.getProperty("version");
  }

  /// Whether the library carries it out in a process of its own, for which callers wait in turn.
  public boolean isApart() {
    return library instanceof LibraryProcess;
  }

  /// One more than the highest id.
  public int vocabulary() {
    return file.vocabulary();
  }

  /// The ids of a text, without what the tokenizer puts around one.
  ///
  /// @throws TokenizerException where the tokenizer cannot spell it, or its library gave up on it
  /// @throws TokenizerAwayException where its process is at other texts, or was ended from outside
  public int[] ids(String text) {
    return encode(text, false);
  }

  /// What the ids spell.
  public String text(int[] ids) {
    try {
      return library.decode(ids);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /// How a token is spelt in the vocabulary, where merged bytes look odd: `Ġthe`.
  public String token(int id) {
    return file.tokens().getOrDefault(id, "");
  }

  /// Whether an id stands for no text, so that it is never masked and never drawn.
  public boolean isSpecial(int id) {
    return file.special().contains(id);
  }

  /// All ids that stand for text, in ascending order.
  public int[] ordinary() {
    return ordinary.clone();
  }

  /// The padding token, or else the one that ends a text; null where the file has neither.
  public @Nullable Integer pad() {
    return file.pad() == null ? file.endOfText() : file.pad();
  }

  public @Nullable Integer mask() {
    return file.mask();
  }

  /// The token for what no other spells; null where there is none, as among bytes.
  public @Nullable Integer unknown() {
    return file.unknown();
  }

  /// The token between documents.
  public @Nullable Integer endOfText() {
    return file.endOfText();
  }

  /// How many of `length` tokens are left for the text.
  public int room(int length) {
    return length - prefix.length - suffix.length;
  }

  /// A text's ids as an encoder takes them: cut to `length` together with what the tokenizer puts
  /// around them. Not padded.
  public int[] sequence(int[] ids, int length) {
    int room = room(length);
    if (room < 1) {
      throw new IllegalArgumentException(
          "length: %d (expected: at least %d)".formatted(length, length - room + 1));
    }
    int kept = Math.min(room, ids.length);
    var sequence = Arrays.copyOf(prefix, prefix.length + kept + suffix.length);
    System.arraycopy(ids, 0, sequence, prefix.length, kept);
    System.arraycopy(suffix, 0, sequence, prefix.length + kept, suffix.length);
    return sequence;
  }

  private int[] encode(String text, boolean framed) {
    try {
      return library.encode(text, framed);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  private static int start(int[] framed, int[] bare) {
    for (int start = 0; start + bare.length <= framed.length; start++) {
      if (Arrays.equals(framed, start, start + bare.length, bare, 0, bare.length)) {
        return start;
      }
    }
    return -1;
  }
}
