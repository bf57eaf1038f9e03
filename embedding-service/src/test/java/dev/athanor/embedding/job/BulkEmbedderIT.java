package dev.athanor.embedding.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.embedding.batching.Call;
import dev.athanor.embedding.catalogue.EncoderVersion;
import dev.athanor.embedding.catalogue.FuzzedCards;
import dev.athanor.embedding.catalogue.PublishedFile;
import dev.athanor.embedding.dataset.StoredDataset;
import dev.athanor.embedding.embed.Admitted;
import dev.athanor.embedding.embed.Client;
import dev.athanor.embedding.embed.Input;
import dev.athanor.embedding.embed.Pending;
import dev.athanor.launcher.embedded.S3Server;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import dev.athanor.platform.store.ObjectStore;
import dev.athanor.testkit.Servers;
import io.minio.MinioClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Samples of a real dataset, embedded by a service that is driven by hand.
class BulkEmbedderIT {
  private static final int SAMPLES = 70;
  private static final EncoderVersion VERSION =
      new EncoderVersion(
          "slow",
          1,
          Instant.EPOCH,
          List.of(),
          FuzzedCards.BOTH.getLast(),
          "{}",
          new PublishedFile("slow/1/model.onnx", 1, "0"),
          null,
          new PublishedFile("slow/1/tokenizer.json", 1, "0"),
          0);

  @TempDir static Path folder;
  private static ObjectStore store;
  private static JobRows rows;
  private static int jobs;
  private final List<Integer> sizes = new ArrayList<>();

  @BeforeAll
  static void fill() throws IOException {
    store =
        new ObjectStore(
            MinioClient.builder()
                .endpoint(Servers.s3Endpoint())
                .credentials(S3Server.ACCESS_KEY, S3Server.SECRET_KEY)
                .build());
    Datasets.writeTexts(
        store,
        folder,
        "counted",
        1,
        IntStream.range(0, SAMPLES).mapToObj(String::valueOf).toList());
    rows = Rows.fresh();
  }

  /// Makes of the text `17` the vector (17).
  private static void answer(Call call, List<? extends Input> inputs) {
    call.vectors()
        .complete(
            inputs.stream()
                .map(input -> new float[] {Float.parseFloat(((Input.Text) input).text())})
                .toArray(float[][]::new));
  }

  @Test
  void callsThatComeTooLateAreSentAgainInSmallerOnes() {
    var embedded =
        embed(
            (call, inputs) -> {
              if (inputs.size() > 8) {
                call.expire();
              } else {
                answer(call, inputs);
              }
            });

    assertThat(embedded.stream().map(row -> (int) row.vector()[0]))
        .containsExactlyElementsOf(IntStream.range(0, SAMPLES).boxed().toList());
    assertThat(embedded.stream().map(Embedded::id))
        .containsExactlyElementsOf(
            IntStream.range(0, SAMPLES).mapToObj("train/%06d"::formatted).toList());
    assertThat(sizes).startsWith(32, 32, 6, 16, 8, 8);
  }

  @Test
  void aServiceThatIsBusyIsAskedAgain() {
    int[] refusals = {3};
    var embedded =
        embed(
            (call, inputs) -> {
              if (refusals[0]-- > 0) {
                call.fail(Problem.tooMany("all encoders are in use", Duration.ofSeconds(1)));
              } else {
                answer(call, inputs);
              }
            });

    assertThat(embedded).hasSize(SAMPLES);
  }

  @Test
  void anEncoderThatNeverAnswersFailsTheAttempt() {
    assertThatThrownBy(() -> embed((call, _) -> call.expire()))
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.kind()).isEqualTo(Kind.DEADLINE));
    assertThat(sizes).endsWith(4, 2, 1);
  }

  /// No sample is to blame, so that the job is to be tried again.
  @Test
  void whatIsRefusedTogetherAndNotAloneFailsTheAttempt() {
    assertThatThrownBy(
            () ->
                embed(
                    (call, inputs) -> {
                      if (inputs.size() > 1) {
                        call.fail(Problem.unprocessable("texts[3]: odd (expected: even)"));
                      } else {
                        answer(call, inputs);
                      }
                    }))
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.kind()).isEqualTo(Kind.UNAVAILABLE))
        .hasMessageContaining("samples train/000000 to train/000031: refused together, texts[3]");
  }

  @Test
  void aTokenizerThatIsAwayBlamesNoSample() {
    assertThatThrownBy(
            () -> embed((call, _) -> call.fail(Problem.unavailable("texts[0]: its process ended"))))
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.kind()).isEqualTo(Kind.UNAVAILABLE));
  }

  @FunctionalInterface
  private interface Service {
    void take(Call call, List<? extends Input> inputs);
  }

  private List<Embedded> embed(Service service) {
    Rows.add(rows, "job-" + jobs++, SAMPLES);
    var claim = rows.claim(Duration.ofMinutes(1)).orElseThrow();
    try (var lease = new JobLease(rows, claim, Duration.ofMinutes(1), 0)) {
      return new BulkEmbedder((_, inputs, client) -> begin(service, inputs, client), 32)
          .embed(VERSION, StoredDataset.open(store, "counted", 1, null).stream(0, SAMPLES), lease);
    }
  }

  private Pending begin(Service service, List<? extends Input> inputs, Client client) {
    sizes.add(inputs.size());
    var call = new Call(client.caller(), "job", null, client.deadline(), inputs.size());
    service.take(call, inputs);
    return Admitted.of(VERSION, call);
  }
}
