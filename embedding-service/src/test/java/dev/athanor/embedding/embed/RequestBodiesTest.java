package dev.athanor.embedding.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.embedding.caller.Caller;
import dev.athanor.embedding.caller.Urgency;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import jakarta.servlet.ServletInputStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.DelegatingServletInputStream;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockMultipartFile;
import org.springframework.mock.web.MockMultipartHttpServletRequest;
import org.springframework.util.unit.DataSize;

class RequestBodiesTest {
  private static final int LONGEST = 1 << 20;
  private static final EmbedProperties PROPERTIES =
      new EmbedProperties(
          256, DataSize.ofBytes(LONGEST), DataSize.ofBytes(LONGEST), 1, Duration.ofSeconds(30));

  private static final Caller ONE = new Caller("one", Urgency.INTERACTIVE);
  private static final Caller OTHER = new Caller("other", Urgency.INTERACTIVE);

  private final RequestBodies bodies = new RequestBodies(PROPERTIES, new Clients(PROPERTIES));

  @Test
  void bytesCountAsTheyComeWhateverIsAnnounced() {
    var open = new ArrayList<RequestBodies.Body>();
    for (long announced : new long[] {-1, LONGEST}) {
      for (int i = 0; i < 15; i++) {
        open.add(bodies.read(announcing(announced, 100)));
      }
    }
    assertThat(open).allSatisfy(body -> assertThat(body.bytes()).hasSize(100));
  }

  @Test
  void bodiesThatComeTogetherAreBounded() {
    try (var first = bodies.read(announcing(700_000, 700_000))) {
      assertThat(first.bytes()).hasSize(700_000);
      for (int announced : new int[] {-1, 700_000}) {
        refused(() -> bodies.read(announcing(announced, 700_000)));
      }
    }
    bodies.read(announcing(-1, LONGEST)).close();
    assertThatThrownBy(() -> bodies.read(announcing(-1, LONGEST + 1)))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("more than 1048576 bytes");
    bodies.read(announcing(LONGEST, LONGEST)).close();
  }

  @Test
  void jsonCountsThreeTimesAndTheLongestPassesAlone() {
    var json = announcing(LONGEST, LONGEST);
    json.setContentType("application/json");
    try (var _ = bodies.read(json)) {
      refused(() -> bodies.read(announcing(1, 1)));
    }
    var half = announcing(200_000, 200_000);
    half.setContentType("application/x-ndjson; charset=utf-8");
    try (var _ = bodies.read(half)) {
      refused(() -> bodies.read(announcing(500_000, 500_000)));
    }
    bodies.read(announcing(500_000, 500_000)).close();
  }

  @Test
  void aBodyThatComesByteByByteIsNotReadBeyondTheDeadline() {
    var request =
        new MockHttpServletRequest() {
          @Override
          public ServletInputStream getInputStream() {
            return new DelegatingServletInputStream(new ByteByByte());
          }
        };
    request.addHeader("x-athanor-timeout-ms", "1");
    assertThatThrownBy(() -> bodies.read(request))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("body: it had not come when the deadline passed")
        .extracting(failure -> ((Problem) failure).kind())
        .isEqualTo(Kind.REQUEST_TIMEOUT);
    bodies.read(announcing(LONGEST, LONGEST)).close();
  }

  @Test
  void aFormCountsByItsFiles() {
    var form = new MockMultipartHttpServletRequest();
    form.addFile(new MockMultipartFile("image", new byte[600_000]));
    form.addFile(new MockMultipartFile("image", new byte[400_000]));
    try (var _ = bodies.countForm(form)) {
      refused(() -> bodies.countForm(form));
    }
    bodies.countForm(form).close();
  }

  @Test
  void callersShareTheMemory() {
    var held = new ArrayList<RequestBodies.Taken>();
    for (var caller : List.of(ONE, OTHER)) {
      held.add(bodies.take(caller, LONGEST / 8));
      held.add(bodies.take(caller, LONGEST / 8));
    }
    refused(() -> bodies.take(ONE, LONGEST / 2));
    refused(() -> bodies.take(new Caller("one", Urgency.BULK), LONGEST / 2));
    bodies.take(new Caller("third", Urgency.BULK), LONGEST / 2).close();
    held.forEach(RequestBodies.Taken::close);
  }

  @Test
  void aLoneCallerHasHalfOrOneRequestThatIsAll() {
    var first = bodies.take(ONE, LONGEST / 2);
    refused(() -> bodies.take(ONE, 1));
    bodies.take(OTHER, LONGEST / 2).close();
    first.more(LONGEST / 2);
    refused(() -> bodies.take(OTHER, 1));
    first.close();
    bodies.take(OTHER, 2L * LONGEST).close();
    bodies.take(ONE, LONGEST).close();
  }

  @Test
  void whatIsKeptOfAMessageStaysCounted() {
    assertThat(RequestBodies.weight(400_000, 100_000)).isEqualTo(900_000);
    var taken = bodies.take(ONE, LONGEST);
    refused(() -> bodies.read(announcing(1, 1)));
    taken.keep(100 << 10);
    assertThat(taken.bytes()).isEqualTo(100 << 10);
    taken.keep(LONGEST);
    assertThat(taken.bytes()).as("nothing is taken anew").isEqualTo(100 << 10);
    bodies.read(announcing(900_000, 900_000)).close();
    refused(() -> bodies.read(announcing(LONGEST, LONGEST)));
    taken.close();
    taken.close();
    try (var _ = bodies.take(ONE, 1)) {
      refused(() -> bodies.read(announcing(LONGEST, LONGEST)));
    }
  }

  /// Such documents would become more than there is for all of them together.
  @Test
  void longJsonIsReadInTurnWithinTheDeadline() {
    try (var first = bodies.read(announcing(100, 100));
        var second = bodies.read(waiting(Duration.ofSeconds(1)))) {
      int length =
          first.parse(
              Integer.MAX_VALUE,
              bytes -> {
                assertThatThrownBy(() -> second.parse(Integer.MAX_VALUE, _ -> "read"))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("the call waited for memory")
                    .extracting(failure -> ((Problem) failure).kind())
                    .isEqualTo(Kind.DEADLINE);
                assertThat(second.<String>parse(_ -> "short")).isEqualTo("short");
                return bytes.length;
              });
      assertThat(length).isEqualTo(100);
      assertThat(first.<String>parse(Integer.MAX_VALUE, _ -> "again")).isEqualTo("again");
    }
  }

  @Test
  void longJsonIsReadAsShortIs() {
    try (var body = bodies.read(announcing(LONGEST, LONGEST))) {
      assertThat(body.<Integer>parse(LONGEST, bytes -> bytes.length)).isEqualTo(LONGEST);
    }
  }

  /// Without end.
  private static final class ByteByByte extends InputStream {
    @Override
    public int read() {
      return 7;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      into[offset] = 7;
      return 1;
    }
  }

  private static void refused(Supplier<?> work) {
    assertThatThrownBy(work::get)
        .isInstanceOf(Problem.class)
        .hasMessageContaining("requests in memory")
        .extracting(failure -> ((Problem) failure).retryAfter())
        .isNotNull();
  }

  private static MockHttpServletRequest waiting(Duration deadline) {
    var request = announcing(100, 100);
    request.addHeader("x-athanor-timeout-ms", deadline.toMillis());
    return request;
  }

  private static MockHttpServletRequest announcing(long announced, int bytes) {
    var request =
        new MockHttpServletRequest() {
          @Override
          public long getContentLengthLong() {
            return announced;
          }
        };
    request.setContent(new byte[bytes]);
    return request;
  }
}
