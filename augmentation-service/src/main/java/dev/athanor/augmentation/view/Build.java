package dev.athanor.augmentation.view;

import dev.athanor.platform.digest.Sha256;
import dev.athanor.preprocessing.Image;
import dev.athanor.preprocessing.ImageDecoder;
import dev.athanor.preprocessing.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Comparator;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/// Digests the code that makes pixels and rows of tokens. Found by listing packages, not by a list
/// of names that somebody would forget to extend; Spring's resolver reads folders, jars and jars
/// within jars alike.
final class Build {
  static final String ID = id();

  private static final int DIGITS = 16;

  private Build() {}

  private static String id() {
    try {
      var digest = Sha256.digest();
      addPackage(Views.class, digest);
      addPackage(Image.class, digest);
      addPackage(Tokenizer.class, digest);
      digest.update(ImageDecoder.library().getBytes(StandardCharsets.UTF_8));
      digest.update(Tokenizer.library().getBytes(StandardCharsets.UTF_8));
      return Sha256.hex(digest).substring(0, DIGITS);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /// Adds the classes that lie beside this one, in the order of their names.
  private static void addPackage(Class<?> member, MessageDigest digest) throws IOException {
    var file = member.getSimpleName() + ".class";
    var url = String.valueOf(member.getResource(file));
    var folder = url.substring(0, url.length() - file.length());
    var classes = new PathMatchingResourcePatternResolver().getResources(folder + "*.class");
    Arrays.sort(classes, Comparator.comparing(resource -> String.valueOf(resource.getFilename())));
    if (classes.length == 0) {
      throw new IllegalStateException(folder + ": no classes (expected: those of the package)");
    }
    for (Resource resource : classes) {
      digest.update(resource.getContentAsByteArray());
    }
  }
}
