package dev.athanor.learning.safetensors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {

  private static final Map<String, Tensor> TENSORS =
      Map.of(
          "b.weight", Tensor.floats(List.of(2L, 3L), 1, -2, 3.5f, Float.MIN_VALUE, 0, 1e30f),
          "a.step", Tensor.longs(List.of(), Long.MIN_VALUE),
          "a.bias", Tensor.floats(List.of(1L), 0.1f),
          "empty", Tensor.floats(List.of(0L, 4L)));

  @Test
  void readsWhatItWrote(@TempDir Path folder) throws IOException {
    var file = folder.resolve("t.safetensors");
    Safetensors.write(file, TENSORS, Map.of("format", "pt", "note", "größer \"als\""));
    var contents = Safetensors.read(file);
    assertThat(contents.tensors()).isEqualTo(TENSORS);
    assertThat(contents.metadata()).isEqualTo(Map.of("format", "pt", "note", "größer \"als\""));
    try (var arena = Arena.ofConfined()) {
      assertThat(Safetensors.map(file, arena)).isEqualTo(contents);
    }
  }

  @Test
  void writesTheFormatByteForByte() throws IOException {
    var out = new ByteArrayOutputStream();
    Safetensors.write(
        out,
        Map.of("w", Tensor.floats(List.of(2L), 1, 2), "n", Tensor.longs(List.of(1L), 258)),
        Map.of());
    var header =
        "{\"n\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]},"
            + "\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]}}    ";
    var expected =
        ByteBuffer.allocate(8 + header.length() + 16)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length())
            .put(header.getBytes(UTF_8))
            .putLong(258)
            .putFloat(1)
            .putFloat(2);
    assertThat(header.length() % 8).isZero();
    assertThat(out.toByteArray()).isEqualTo(expected.array());
  }

  @Test
  void refusesEveryTruncation() throws IOException {
    var out = new ByteArrayOutputStream();
    Safetensors.write(out, TENSORS, Map.of("k", "v"));
    var whole = out.toByteArray();
    for (var length = 0; length < whole.length; length++) {
      var cut = new ByteArrayInputStream(whole, 0, length);
      assertThatThrownBy(() -> Safetensors.read(cut))
          .isInstanceOf(MalformedSafetensorsException.class);
    }
  }

  @Test
  void mapsNoFileOfAnotherLength(@TempDir Path folder) throws IOException {
    var out = new ByteArrayOutputStream();
    Safetensors.write(out, TENSORS, Map.of("k", "v"));
    var whole = out.toByteArray();
    for (var length = 0; length <= whole.length + 1; length++) {
      var file = Files.write(folder.resolve("cut"), Arrays.copyOf(whole, length));
      try (var arena = Arena.ofConfined()) {
        if (length == whole.length) {
          assertThat(Safetensors.map(file, arena).tensors()).isEqualTo(TENSORS);
        } else {
          assertThatThrownBy(() -> Safetensors.map(file, arena))
              .isInstanceOf(MalformedSafetensorsException.class);
        }
      }
    }
  }

  @Test
  void refusesBytesAfterTheEnd() {
    assertThatThrownBy(() -> read("{}", new byte[1]))
        .hasMessage("bytes after the last tensor (expected: none)");
  }

  @Test
  void refusesAHeaderLengthThatNoFileHas() {
    var bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(Long.MAX_VALUE);
    assertThatThrownBy(() -> Safetensors.read(new ByteArrayInputStream(bytes.array())))
        .hasMessage("header length: 9223372036854775807 (expected: from 2 to 100000000)");
  }

  /// A header may claim terabytes; memory is taken only for bytes that come.
  @Test
  void doesNotBelieveAHugeClaim() {
    var claim = "{'w':{'dtype':'F32','shape':[500000000],'data_offsets':[0,2000000000]}}";
    assertThatThrownBy(() -> read(claim, new byte[8]))
        .hasMessage("w: 8 bytes (expected: 2000000000)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]|header: ARRAY",
        "{'w':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}}|w: 4 bytes",
        "{'w':{'dtype':'F64','shape':[2],'data_offsets':[0,16]}}|w.dtype: F64 (expected: one of [F16, BF16, F32, I64])",
        "{'w':{'dtype':'F32','shape':[-1],'data_offsets':[0,4]}}|w.shape: [-1] (expected: integers >= 0)",
        "{'w':{'dtype':'F32','shape':[1.5],'data_offsets':[0,4]}}|w.shape: [1.5] (expected: integers >= 0)",
        "{'w':{'dtype':'F32','shape':1,'data_offsets':[0,4]}}|w.shape: 1 (expected: a list)",
        "{'w':{'dtype':'F32','data_offsets':[0,4]}}|w.shape:",
        "{'w':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}|w: starts at 4 (expected: 0)",
        "{'w':{'dtype':'F32','shape':[1],'data_offsets':[4,0]}}|w: -4 bytes",
        "{'w':{'dtype':'F32','shape':[1],'data_offsets':[0]}}|w.data_offsets: [0] (expected: two numbers)",
        "{'w':{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,0]}}|w: [4294967296, 4294967296] is too large",
        "{'w':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'w':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}|header: Duplicate",
        "{'w':7}|w: NUMBER (expected: an object)",
        "{'__metadata__':{'k':7}}|k: 7 (expected: a string)",
        "{'w':|header:",
        "{} {}|header:",
      })
  void refusesAMalformedHeader(String header, String message) {
    assertThatThrownBy(() -> read(header, new byte[8]))
        .isInstanceOf(MalformedSafetensorsException.class)
        .hasMessageStartingWith(message);
  }

  private static void read(String header, byte[] data) throws IOException {
    var json = header.replace('\'', '"').getBytes(UTF_8);
    var bytes =
        ByteBuffer.allocate(8 + json.length + data.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(json.length)
            .put(json)
            .put(data);
    Safetensors.read(new ByteArrayInputStream(bytes.array()));
  }
}
