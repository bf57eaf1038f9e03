package dev.athanor.platform.digest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Sha256Test {
  /// The example of one block in FIPS 180-2, appendix B.1.
  private static final String OF_ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @Test
  void agreesWithTheStandardsExampleHoweverItComes(@TempDir Path folder) throws IOException {
    assertThat(Sha256.hex("abc")).isEqualTo(OF_ABC);
    assertThat(Sha256.hex("abc".getBytes(UTF_8))).isEqualTo(OF_ABC);
    assertThat(Sha256.hex(Files.writeString(folder.resolve("abc"), "abc"))).isEqualTo(OF_ABC);
    var digest = Sha256.digest();
    digest.update("abc".getBytes(UTF_8));
    assertThat(Sha256.hex(digest)).isEqualTo(OF_ABC);
  }

  @Test
  void aCopyIsDigestedOnItsWay() throws IOException {
    var copy = new ByteArrayOutputStream();
    assertThat(Sha256.copy(new ByteArrayInputStream("abc".getBytes(UTF_8)), copy))
        .isEqualTo(OF_ABC);
    assertThat(copy.toString(UTF_8)).isEqualTo("abc");
  }
}
