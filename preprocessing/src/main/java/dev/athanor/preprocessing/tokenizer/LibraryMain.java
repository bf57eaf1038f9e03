package dev.athanor.preprocessing.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The process at the other end of a [LibraryProcess]. Ends with its parent.
final class LibraryMain {
  private @Nullable Library library;

  private LibraryMain() {}

  public static void main(String[] arguments) throws IOException {
    // A parent that dies while the library works closes our input to nobody.
    ProcessHandle.current()
        .parent()
        .ifPresent(parent -> parent.onExit().thenRun(() -> Runtime.getRuntime().halt(0)));
    var questions = new DataInputStream(new BufferedInputStream(System.in));
    var answers = new DataOutputStream(new BufferedOutputStream(System.out));
    System.setOut(System.err);
    var process = new LibraryMain();
    for (int kind = questions.read(); kind >= 0; kind = questions.read()) {
      var bytes = Question.read(questions);
      try {
        Question.write(answers, 1, process.answer(Question.of(kind), bytes));
      } catch (TokenizerException refused) {
        Question.write(answers, 0, refused.getMessage().getBytes(UTF_8));
      }
    }
  }

  private byte[] answer(Question question, byte[] bytes) {
    return switch (question) {
      case LOAD -> {
        library = NativeLibrary.load(bytes);
        yield new byte[0];
      }
      case ENCODE -> Question.bytes(library().encode(new String(bytes, UTF_8), false));
      case ENCODE_FRAMED -> Question.bytes(library().encode(new String(bytes, UTF_8), true));
      case DECODE -> library().decode(Question.ids(bytes)).getBytes(UTF_8);
    };
  }

  private Library library() {
    return Objects.requireNonNull(library, "asked before it was loaded");
  }
}
