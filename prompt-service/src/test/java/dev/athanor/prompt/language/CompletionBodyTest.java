package dev.athanor.prompt.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import java.lang.management.ManagementFactory;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class CompletionBodyTest {
  private static final String BOM = "\uFEFF";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"prompt":"x"}                           | {"model":"a\\"b","prompt":"x"}
          { "prompt": "x", "model" :null }         | { "prompt": "x", "model" :"a\\"b" }
          {"model":"mine","prompt":"x","model":null} | {"model":"mine","prompt":"x","model":"a\\"b"}
          {"prompt":{"model":"within"}}            | {"model":"a\\"b","prompt":{"model":"within"}}
          """)
  void theConfiguredModelIsPutInWhereNoneIsNamed(String sent, String goesOn) {
    assertThat(of(sent, "a\"b")).isEqualTo(goesOn);
    assertThat(of(BOM + sent, "a\"b")).isEqualTo(BOM + goesOn);
    assertThat(of(sent, null)).isEqualTo(sent);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"prompt\":\"x\",\"model\":\"mine\"}",
        "{\"prompt\":\"x\",\"model\":null,\"mod\\u0065l\":\"mine\"}",
        " {\"model\":1,\n\"prompt\":[1.00000000000000000001, 1e400, \"\\ud800\"], \"é\": {}} \n"
      })
  void everythingElseGoesOnAsItCame(String sent) {
    assertThat(of(sent, "small")).isEqualTo(sent);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"max_tokens":1}              | prompt: missing
          {"prompt":null}               | prompt: missing
          {"prompt":"x","prompt":null}  | prompt: missing
          {"a":{"prompt":"x"}}          | prompt: missing
          [1]                           | not an object
          ''                            | not an object
          {"prompt":"x"                 | not readable
          {"prompt":"x"} {}             | goes on behind its end
          {"prompt":"x"}}               | not readable
          """)
  void whatIsNoSuchDocumentIsRefused(String sent, String message) {
    refused(sent.getBytes(StandardCharsets.UTF_8), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-32BE"})
  void otherEncodingsAreRefused(String charset) {
    refused("{\"prompt\":\"x\"}".getBytes(Charset.forName(charset)), "not UTF-8");
  }

  @Test
  void whatIsNotUtf8IsRefused() {
    refused("{\"prompt\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1), "not readable");
  }

  @Test
  void deepNestingIsRefused() {
    var sent = "{\"prompt\":" + "[".repeat(2_000) + "]".repeat(2_000) + "}";
    refused(sent.getBytes(StandardCharsets.UTF_8), "nesting depth");
  }

  /// As a tree these objects take 90 bytes each, 120 MB together.
  @Test
  void aDocumentTakesNoMoreMemoryThanItsBytes() {
    var sent =
        ("{\"prompt\":[" + "{},".repeat(1_400_000) + "{}]}").getBytes(StandardCharsets.UTF_8);
    var json = JsonMapper.shared();
    CompletionBody.of("{\"prompt\":1}".getBytes(StandardCharsets.UTF_8), "prompt", "small", json);
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();

    var body = CompletionBody.of(sent, "prompt", "small", json);

    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1 << 20);
    assertThat(body.contentLength()).isEqualTo(sent.length + "\"model\":\"small\",".length());
  }

  private static void refused(byte[] sent, String message) {
    assertThatThrownBy(() -> CompletionBody.of(sent, "prompt", "small", JsonMapper.shared()))
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.kind()).isEqualTo(Kind.BAD_REQUEST))
        .hasMessageContaining(message);
  }

  private static String of(String sent, @Nullable String model) {
    var bytes = sent.getBytes(StandardCharsets.UTF_8);
    return text(CompletionBody.of(bytes, "prompt", model, JsonMapper.shared()));
  }

  private static String text(BodyPublisher body) {
    var text = BodySubscribers.ofString(StandardCharsets.UTF_8);
    body.subscribe(
        new Flow.Subscriber<ByteBuffer>() {
          @Override
          public void onSubscribe(Flow.Subscription subscription) {
            text.onSubscribe(subscription);
          }

          @Override
          public void onNext(ByteBuffer bytes) {
            text.onNext(List.of(bytes));
          }

          @Override
          public void onError(Throwable failure) {
            text.onError(failure);
          }

          @Override
          public void onComplete() {
            text.onComplete();
          }
        });
    return text.getBody().toCompletableFuture().join();
  }
}
