package dev.athanor.augmentation.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.augmentation.Archives;
import dev.athanor.augmentation.Fixtures;
import dev.athanor.platform.error.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.UnicodePathExtraField;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What readers make of files that are whole but not as they should be.
class FormatsTest {
  private static final Limits LIMITS =
      new Limits(200, 1 << 20, 8 << 20, 1 << 20, 1 << 16, 10_000, 1 << 13);
  private static final byte LF_PAX = TarConstants.LF_PAX_EXTENDED_HEADER_LC;
  private static final byte[] PNG = Fixtures.png(4, 3, 0, 1);

  @Test
  void aLabelWithoutItsSampleBesideItIsRefused() {
    assertRefused(
        "a.tar",
        Archives.tar(entries("0.png", PNG, "1.png", PNG, "0.cls", utf8("7"), "1.cls", utf8("8"))),
        "a.tar: entry \"0.cls\": a label without its image or text beside it (expected: neighbours");
    assertRefused(
        "last.tar",
        Archives.tar(entries("0.png", PNG, "1.cls", utf8("8"))),
        "last.tar: entry \"1.cls\": a label without");
  }

  @Test
  void aSampleMayComeWithoutALabel() throws IOException {
    assertThat(
            labels("a.tar", Archives.tar(entries("0.png", PNG, "1.png", PNG, "1.cls", utf8("8")))))
        .containsExactly("none", "8");
  }

  /// By the library's ways all of them would be one class, of question marks.
  @Test
  void aNameThatIsNotUtf8IsRefused() throws IOException {
    assertRefused(
        "windows.zip",
        zip(new Named(bytes("8ca2"), null), new Named(bytes("92b9"), null)),
        "windows.zip: entry \"??/0.png\": byte 0 of its name: 8c is not UTF-8");
    assertRefused(
        "latin.tar",
        tar("é", null, ISO_8859_1),
        "latin.tar: entry \"?/0.png\": byte 0 of its name: e9 is not UTF-8");
    assertRefused(
        "long.tar",
        tar("x".repeat(200) + "é", null, ISO_8859_1),
        "long.tar: entry \"" + "x".repeat(120) + "…\": byte 200 of its name: e9 is not UTF-8");
    assertRefused(
        "pax.tar",
        tar("e", bytes("e9"), UTF_8),
        "pax.tar: entry \"\uFFFD/0.png\": its name is not UTF-8");
  }

  @Test
  void aLabelThatIsNotUtf8IsRefused() {
    assertRefused(
        "a.tar",
        Archives.tar(entries("0.png", PNG, "0.cls", "Zoë".getBytes(ISO_8859_1))),
        "a.tar: entry \"0.cls\": byte 2 of its label: eb is not UTF-8");
  }

  /// However an archive says them: in the header as it stands, in a long name, in a pax header
  /// above a name that is none, in a zip's Unicode field beside a name in another encoding.
  @Test
  void namesInUtf8AreKept() throws IOException {
    assertThat(labels("plain.tar", tar("犬é?", null, UTF_8))).containsExactly("犬é?", "z");
    assertThat(labels("long.tar", tar("犬".repeat(60), null, UTF_8)))
        .containsExactly("犬".repeat(60), "z");
    assertThat(labels("pax.tar", tar("é", utf8("é"), ISO_8859_1))).containsExactly("é", "z");
    assertThat(labels("plain.zip", zip(new Named(utf8("犬é?"), null), new Named(utf8("z"), null))))
        .containsExactly("犬é?", "z");
    assertThat(
            labels("field.zip", zip(new Named(bytes("8ca2"), "犬"), new Named(bytes("92b9"), "鳥"))))
        .containsExactly("犬", "鳥");
  }

  @Test
  void aJsonArrayIsRefused() {
    assertRefused(
        "data.json",
        utf8("\n[\n  {\"text\": \"a\", \"label\": 1},\n  {\"text\": \"b\"}\n]\n"),
        "data.json: a JSON array (expected: one object a line)");
  }

  @Test
  void aUsedColumnThatIsThereTwiceIsRefused() throws IOException {
    assertRefused("a.csv", utf8("text,text,label\na,b,c\n"), "a.csv: several columns \"text\"");
    assertRefused("a.csv", utf8("label,text,label\na,b,c\n"), "a.csv: several columns \"label\"");
    assertThat(labels("a.csv", utf8("text,note,note,label\na,b,c,d\n"))).containsExactly("d");
  }

  @Test
  void namesWithoutEndAreRefused() throws IOException {
    var reason = ": more than 1048576 bytes of names and attributes before content";
    var endless = "a".repeat(2 << 20);
    var path = "%d path=%s\n".formatted(endless.length() + 14, endless);
    assertRefused(
        "long.tar",
        tar(out -> put(out, "L", TarConstants.LF_GNUTYPE_LONGNAME, utf8(endless)), UTF_8),
        "long.tar" + reason);
    assertRefused(
        "pax.tar", tar(out -> put(out, "x", LF_PAX, utf8(path)), UTF_8), "pax.tar" + reason);
    assertRefused(
        "deep.tar",
        tar(
            out -> {
              for (int i = 0; i < 5_000; i++) {
                put(out, "x", LF_PAX, new byte[0]);
              }
            },
            UTF_8),
        "deep.tar: truncated or damaged tar: more than 100 headers of one entry");
    assertRefused(
        "a.tgz",
        (new String(bytes("1f8b0808000000000000"), ISO_8859_1) + endless).getBytes(ISO_8859_1),
        "a.tgz" + reason);
    assertRefused(
        "path.tar",
        tar("a/".repeat(600), null, UTF_8),
        "path.tar: entry \"" + "a/".repeat(60) + "…\": a path of 1206 characters");
  }

  @Test
  void contentMayBeLargerThanNames() throws IOException {
    var random = new byte[3 << 20];
    new SplittableRandom(0).nextBytes(random);
    var tar = Archives.tar(entries("a/0.png", PNG, "a/x.bin", random, "b/1.png", PNG));

    assertThat(labels("a.tar", tar)).containsExactly("a", "b");
    assertThat(labels("a.tgz", Fixtures.gzip(tar))).containsExactly("a", "b");
  }

  @Test
  void aZipOfVeryManyFilesIsRefused() {
    var entries = new LinkedHashMap<String, byte[]>();
    for (int i = 0; i < 200; i++) {
      entries.put(i + ".png", PNG);
    }

    assertRefused(
        "a.zip", Archives.zip(entries), "a.zip: a table of contents of more than 8192 bytes");
  }

  /// The table of contents is looked for backwards, byte by byte; each read is a request.
  @Test
  void aZipWithoutItsTableIsReadInFewPieces() {
    var zip = new Uploaded("cut.zip", new byte[1 << 20]);
    var reads = new AtomicInteger();
    var blob =
        new Blob() {
          @Override
          public String name() {
            return zip.name();
          }

          @Override
          public long bytes() {
            return zip.bytes();
          }

          @Override
          public byte[] read(long offset, int length) {
            reads.incrementAndGet();
            return zip.read(offset, length);
          }
        };
    var limits = new Limits(200, 1 << 20, 8 << 20, 1 << 20, 1 << 16, 10_000, 1 << 20);

    assertThatThrownBy(() -> new ZipArchive(blob, limits).each(entry -> {}))
        .hasMessageStartingWith("cut.zip: truncated or damaged zip");
    assertThat(reads).hasValueLessThan(5);
  }

  @Test
  void aColumnsNameIsText() {
    assertThatThrownBy(() -> new Columns("a\0", null))
        .hasMessageStartingWith("columns.text: \"a\\u0000\" (expected: a name of 1 to 200");
    assertThatThrownBy(() -> new Columns(null, "\ud800"))
        .hasMessageStartingWith("columns.label: \"\\ud800\" (expected: a name of 1 to 200");
  }

  private static void assertRefused(String name, byte[] file, String reason) {
    assertThatThrownBy(() -> labels(name, file))
        .isInstanceOf(Problem.class)
        .hasMessageStartingWith(reason)
        .hasMessageContaining("expected");
  }

  /// The label of each sample, `none` for none.
  private static List<String> labels(String name, byte[] file) throws IOException {
    var labels = new ArrayList<String>();
    new Formats(LIMITS)
        .detect(List.of(new StagedFile(null, new Uploaded(name, file))), Columns.DEFAULT)
        .read(sample -> labels.add(sample.label() == null ? "none" : sample.label()));
    return labels;
  }

  /// Names and contents by turns.
  private static Map<String, byte[]> entries(Object... namesAndContents) {
    var entries = new LinkedHashMap<String, byte[]>();
    for (int i = 0; i < namesAndContents.length; i += 2) {
      entries.put((String) namesAndContents[i], (byte[]) namesAndContents[i + 1]);
    }
    return entries;
  }

  /// A class folder's name in a zip.
  ///
  /// @param field what the Unicode field says, null for no such field
  private record Named(byte[] bytes, @Nullable String field) {}

  /// An image in each folder.
  private static byte[] zip(Named... folders) throws IOException {
    var file = new ByteArrayOutputStream();
    try (var zip = new ZipArchiveOutputStream(file)) {
      zip.setUseLanguageEncodingFlag(false);
      zip.setEncoding("ISO-8859-1");
      for (var folder : folders) {
        var name = new String(folder.bytes(), ISO_8859_1) + "/0.png";
        var entry = new ZipArchiveEntry(name);
        if (folder.field() != null) {
          entry.addExtraField(
              new UnicodePathExtraField(folder.field() + "/0.png", name.getBytes(ISO_8859_1)));
        }
        zip.putArchiveEntry(entry);
        zip.write(PNG);
        zip.closeArchiveEntry();
      }
    }
    return file.toByteArray();
  }

  /// An image in a class folder, and another in `z`.
  ///
  /// @param pax the folder's name in a pax header above it, null for none
  /// @param charset of the name in the header below
  private static byte[] tar(String folder, byte @Nullable [] pax, Charset charset)
      throws IOException {
    return tar(
        out -> {
          if (pax != null) {
            var path = " path=%s/0.png\n".formatted(new String(pax, ISO_8859_1));
            put(out, "x", LF_PAX, ((2 + path.length()) + path).getBytes(ISO_8859_1));
          }
          put(out, folder + "/0.png", TarConstants.LF_NORMAL, PNG);
          put(out, "z/1.png", TarConstants.LF_NORMAL, PNG);
        },
        charset);
  }

  private static byte[] tar(Entries entries, Charset charset) throws IOException {
    var file = new ByteArrayOutputStream();
    try (var tar = new TarArchiveOutputStream(file, charset.name())) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
      entries.putInto(tar);
    }
    return file.toByteArray();
  }

  @FunctionalInterface
  private interface Entries {
    void putInto(TarArchiveOutputStream tar) throws IOException;
  }

  private static void put(TarArchiveOutputStream tar, String name, byte type, byte[] content)
      throws IOException {
    var entry = new TarArchiveEntry(name, type);
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
