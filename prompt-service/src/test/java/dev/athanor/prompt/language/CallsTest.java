package dev.athanor.prompt.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.util.unit.DataSize;

class CallsTest {
  private static final int LONGEST = 1 << 20;
  private static final Duration DEADLINE = Duration.ofMinutes(2);

  private final AtomicLong now = new AtomicLong(7);

  /// A call takes 128 KiB, and twice its body.
  @Test
  void callsAreBoundedWhateverTheirLength() {
    var calls = calls(256);
    try (var _ = calls.begin(request(0));
        var _ = calls.begin(request(0))) {
      refused(() -> calls.begin(request(0)));
    }
    calls.begin(request(0)).close();
  }

  @Test
  void bodiesAreBoundedTogether() {
    var calls = calls(1408);
    try (var first = calls.begin(request(500_000));
        var second = calls.begin(request(500_000))) {
      assertThat(first.body()).hasSize(500_000);
      refused(second::body);
    }
    try (var again = calls.begin(request(500_000))) {
      assertThat(again.body()).hasSize(500_000);
    }
  }

  @Test
  void theLongestPassesAlone() {
    var calls = calls(LONGEST >> 10);
    try (var call = calls.begin(request(LONGEST))) {
      assertThat(call.body()).hasSize(LONGEST);
      refused(() -> calls.begin(request(0)));
    }
  }

  @Test
  void aBodyThatIsTooLongIsRefusedAndGivesBackWhatItTook() {
    var calls = calls(LONGEST >> 10);
    for (int i = 0; i < 10; i++) {
      try (var call = calls.begin(request(LONGEST + 1))) {
        assertThatThrownBy(call::body)
            .isInstanceOfSatisfying(
                Problem.class, problem -> assertThat(problem.kind()).isEqualTo(Kind.TOO_LARGE));
      }
    }
  }

  @Test
  void aBodyIsNotReadBeyondTheDeadline() {
    try (var call = calls(1 << 20).begin(request(1))) {
      assertThat(call.remaining()).isEqualTo(DEADLINE);
      now.addAndGet(DEADLINE.toNanos() + 1);
      assertThat(call.remaining()).isZero();
      assertThatThrownBy(call::body)
          .isInstanceOfSatisfying(
              Problem.class, problem -> assertThat(problem.kind()).isEqualTo(Kind.REQUEST_TIMEOUT))
          .hasMessageContaining("body: it had not come when the deadline passed");
    }
  }

  private Calls calls(int kibibytes) {
    return new Calls(
        new LanguageProperties(
            null,
            null,
            null,
            DEADLINE,
            DataSize.ofBytes(Math.min(LONGEST, kibibytes << 10)),
            DataSize.ofKilobytes(kibibytes)),
        now::get);
  }

  private static MockHttpServletRequest request(int bytes) {
    var request = new MockHttpServletRequest();
    request.setContent(new byte[bytes]);
    return request;
  }

  private static void refused(ThrowingCallable work) {
    assertThatThrownBy(work)
        .isInstanceOfSatisfying(
            Problem.class,
            problem -> {
              assertThat(problem.kind()).isEqualTo(Kind.TOO_MANY);
              assertThat(problem.retryAfter()).hasValue(Duration.ofSeconds(1));
            })
        .hasMessageContaining("calls: ");
  }
}
