package dev.athanor.gateway.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.util.stream.Collectors.collectingAndThen;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.sun.net.httpserver.HttpExchange;
import dev.athanor.gateway.RunningGateway;
import dev.athanor.gateway.TestService;
import dev.athanor.gateway.upstream.Upstream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The start page in a real browser, in front of services that say what a test needs. Skipped where
/// there is no Chromium.
class StartPageIT {
  private static final String HEALTH = "{\"status\":\"UP\"}";
  private static final String RUN =
      """
      {"id":"r1","name":"simclr-<b>shapes</b>","state":"RUNNING","reason":null,
       "dataset":{"name":"shapes","version":1},
       "progress":{"step":2,"totalSteps":10,"epoch":0,"loss":5.5,"learningRate":0.001,"imagesPerSecond":500,"etaSeconds":65,"phase":"training"},
       "figures":{"collapse.std":0.912,"collapse.rankme":41.5,"collapse.alignment":0.6,"collapse.uniformity":-1.5},
       "table":[],"model":null}
      """;

  private static Playwright playwright;
  private static Browser browser;

  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private final List<String> complaints = new ArrayList<>();
  private volatile String runs = listed(RUN);
  private volatile String metrics =
      "{\"points\":[{\"step\":1,\"loss\":6.1},{\"step\":2,\"loss\":5.5}],\"evaluations\":[]}";
  private TestService trainer;
  private TestService others;
  private RunningGateway gateway;
  private Page page;

  @BeforeAll
  static void openBrowser() {
    var chromium =
        Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
            .map(Path::of)
            .filter(Files::isExecutable)
            .findFirst();
    Assumptions.assumeTrue(
        chromium.isPresent(), "NO CHROMIUM on this machine: the start page is not tried");
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(chromium.get())
                    .setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-quic")));
  }

  @AfterAll
  static void closeBrowser() {
    if (playwright != null) {
      playwright.close();
    }
  }

  @BeforeEach
  void start() {
    trainer =
        TestService.start()
            .json("/actuator/health", 200, HEALTH)
            .on("/v1/runs", exchange -> TestService.answer(exchange, 200, "application/json", runs))
            .on(
                "/v1/runs/r1/metrics",
                exchange -> TestService.answer(exchange, 200, "application/json", metrics))
            .on("/v1/runs/r1/events", this::stream)
            .json(
                "/v1/registry/models",
                200,
                """
                {"models":[
                  {"name":"simclr-shapes","kind":"image-encoder","versions":2,"latest":2,"aliases":{"latest":2,"production":1}},
                  {"name":"stories","kind":"text-encoder","versions":1,"latest":1,"aliases":{"latest":1}},
                  {"name":"stories-lm","kind":"language-model","versions":1,"latest":1,"aliases":{"latest":1}},
                  {"name":"uploaded","kind":null,"versions":1,"latest":null,"aliases":{}}],
                 "next":null}
                """);
    others =
        TestService.start()
            .json("/actuator/health", 200, HEALTH)
            .json(
                "/v1/datasets",
                200,
                "{\"datasets\":[{\"name\":\"shapes\",\"latestVersion\":3}],\"next\":null}")
            .json("/v1/models", 200, "{\"object\":\"list\",\"data\":[]}");
    gateway =
        RunningGateway.before(
            Map.of(
                Upstream.TRAINER, trainer.address(),
                Upstream.AUGMENTATION, others.address(),
                Upstream.EMBEDDING, others.address()));
    page = browser.newPage();
    page.onPageError(complaints::add);
    page.navigate(gateway.address().resolve("/").toString());
  }

  @AfterEach
  void stop() {
    events.add("end");
    page.close();
    gateway.close();
    trainer.close();
    others.close();
  }

  private static String listed(String runs) {
    return "{\"runs\":[%s],\"next\":null}".formatted(runs);
  }

  /// Server-sent events, as the test puts them into the queue.
  private void stream(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    try (var out = exchange.getResponseBody()) {
      for (var event = events.take(); !event.equals("end"); event = events.take()) {
        out.write(event.getBytes(StandardCharsets.UTF_8));
        out.flush();
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void showsTheStateOfEveryService() {
    assertThat(page.locator("#services li")).hasCount(5);
    assertThat(page.locator("#services li.up")).hasCount(4);
    assertThat(page.locator("#services li.down")).hasText("prompt-service unreachable");
  }

  @Test
  void showsRunsWithCurveAndCollapseFigures() {
    assertThat(page.locator("article h3").first()).hasText("simclr-<b>shapes</b>");
    assertThat(page.locator(".curve"))
        .hasAttribute("aria-label", "Loss from 6.10 to 5.50 at step 2 of 10");
    assertThat(page.locator("[data-figure='collapse.std']")).hasText("0.912");
    assertThat(page.locator("[data-figure='collapse.rankme']")).hasText("41.5");
    assertThat(page.locator("#runs article")).not().containsText("null");
    assertThat(complaints).isEmpty();
  }

  /// Long before anything leaves it.
  @Test
  void showsEachCollapseFigureWithItsHealthyBand() {
    metrics =
        """
        {"points":[{"step":1,"loss":6.1},{"step":2,"loss":5.5}],"evaluations":[
          {"step":2,"epoch":0,"figures":{"collapse.std":0.912,"collapse.uniformity":-1.5,"knn.accuracy":0.5}}]}
        """;
    // A state that is new makes the page look at the metrics again.
    runs =
        listed(
            RUN.replace("RUNNING", "EVALUATING")
                .replace(
                    "\"table\":[]",
                    "\"bands\":{\"collapse.std\":{\"atLeast\":0.2,\"atMost\":null},\"collapse.uniformity\":{\"atLeast\":null,\"atMost\":-0.1}},\"table\":[]"));

    assertThat(page.locator("[data-figure='collapse.std']")).hasText("0.912 ≥ 0.2");
    assertThat(page.locator("[data-figure='collapse.uniformity']")).hasText("-1.500 ≤ -0.1");
    assertThat(page.locator("[data-figure='collapse.rankme']")).hasText("41.5");
    assertThat(page.locator(".band")).hasCount(2);
    assertThat(page.locator(".band").first())
        .hasAttribute("aria-label", "std × √d 0.912 at step 2, healthy ≥ 0.2");
    double bound = number(".band >> nth=0 >> .bound", "y1");
    assertThat(number(".band >> nth=0 >> .healthy", "y")).isLessThan(bound);
    assertThat(number(".band >> nth=0 >> circle", "cy")).isLessThan(bound);
    assertThat(number(".band >> nth=1 >> .healthy", "y"))
        .isEqualTo(number(".band >> nth=1 >> .bound", "y1"));

    events.add(
        "event:evaluated\ndata:{\"step\":7,\"epoch\":1,\"figures\":{\"collapse.std\":0.1,\"collapse.uniformity\":-1.2}}\n\n");
    assertThat(page.locator(".band").first())
        .hasAttribute("aria-label", "std × √d 0.1 at step 7, healthy ≥ 0.2");
    assertThat(page.locator(".band >> nth=0 >> circle")).hasCount(2);
    assertThat(number(".band >> nth=0 >> circle >> nth=1", "cy"))
        .isGreaterThan(number(".band >> nth=0 >> .bound", "y1"));
    assertThat(complaints).isEmpty();
  }

  private double number(String selector, String attribute) {
    return Double.parseDouble(page.locator(selector).getAttribute(attribute));
  }

  @Test
  void showsWhatAClassifierComesTo() {
    runs =
        listed(
            RUN.replace(
                    "\"collapse.std\":0.912",
                    "\"accuracy\":0.875,\"accuracy.train\":0.96,\"collapse.std\":0.912")
                .replace(
                    "\"table\":[]",
                    "\"table\":[{\"encoder\":\"supervised\",\"method\":\"supervised\",\"fraction\":1.0,\"labels\":1200,\"accuracy\":0.875}]"));
    assertThat(page.locator("[data-figure='accuracy']")).hasText("87.5 %");
    assertThat(page.locator("[data-figure='accuracy.train']")).hasText("96.0 %");
    assertThat(page.locator("#runs td.number")).hasText("87.5 %");
    assertThat(page.locator("#runs td.number")).hasAttribute("title", "1,200 labels");
    assertThat(complaints).isEmpty();
  }

  /// They are made anew at every evaluation, so the browser must not show an older one.
  @Test
  void showsThePicturesThatAVaeMakes() {
    var asked = new LinkedBlockingQueue<String>();
    trainer.on(
        "/v1/runs/r1/pictures",
        exchange -> {
          asked.add(exchange.getRequestURI().toString());
          TestService.answer(
              exchange,
              200,
              "image/svg+xml",
              "<svg xmlns='http://www.w3.org/2000/svg' width='8' height='16'/>");
        });
    runs =
        listed(
            RUN.replace(
                "\"collapse.std\":0.912",
                "\"collapse.std\":0.912,\"vae.kl\":7.25,\"vae.reconstruction\":301.5"));

    var pictures = page.locator("#runs .pictures img");
    assertThat(pictures).hasCount(2);
    assertThat(pictures.first())
        .hasAttribute("alt", "Images, each row above the row of its reconstructions");
    page.waitForFunction(
        "[...document.querySelectorAll('.pictures img')].every(image => image.naturalWidth === 8)");
    assertThat(page.locator("[data-figure='vae.kl']")).hasText("7.3 nats");
    assertThat(asked)
        .contains(
            "/v1/runs/r1/pictures/reconstructions?step=2", "/v1/runs/r1/pictures/samples?step=2");

    events.add(
        "event:evaluated\ndata:{\"step\":9,\"epoch\":2,\"figures\":{\"collapse.std\":0.55,\"vae.kl\":6.5}}\n\n");
    assertThat(pictures.last()).hasAttribute("src", "v1/runs/r1/pictures/samples?step=9");
    page.waitForFunction(
        "[...document.querySelectorAll('.pictures img')].every(image => image.naturalWidth === 8)");
    assertThat(asked).contains("/v1/runs/r1/pictures/samples?step=9");
    assertThat(complaints).isEmpty();
  }

  @Test
  void drawsStepsAsTheyComeThrough() {
    assertThat(page.locator(".curve"))
        .hasAttribute("aria-label", "Loss from 6.10 to 5.50 at step 2 of 10");
    events.add(
        "event:progress\ndata:{\"step\":7,\"totalSteps\":10,\"epoch\":0,\"loss\":4.25,\"learningRate\":0.001,\"imagesPerSecond\":480,\"etaSeconds\":30}\n\n");

    assertThat(page.locator(".curve"))
        .hasAttribute("aria-label", "Loss from 6.10 to 4.25 at step 7 of 10");
    assertThat(page.locator("#runs")).containsText("step 7 of 10 · loss 4.250 · 480 images/s");
  }

  @Test
  void raisesAndEndsACollapseAlarm() {
    assertThat(page.locator(".curve")).hasCount(1);
    events.add(
        "event:evaluated\ndata:{\"step\":7,\"epoch\":1,\"figures\":{\"collapse.std\":0.55,\"collapse.z.std\":0.024}}\n\n"
            + "event:alarm\ndata:{\"step\":7,\"epoch\":1,\"causes\":[\"collapse.z.std: 0.02400 (expected: >= 0.2000)\"]}\n\n");
    assertThat(page.locator("[role=alert]"))
        .hasText("Collapse alarm at step 7: collapse.z.std: 0.02400 (expected: >= 0.2000)");
    assertThat(page.locator("[data-figure='collapse.z.std']")).hasText("0.024");

    events.add(
        "event:evaluated\ndata:{\"step\":9,\"epoch\":2,\"figures\":{\"collapse.std\":0.55,\"collapse.z.std\":0.7}}\n\n");
    assertThat(page.locator("[role=alert]")).hasCount(0);
    assertThat(complaints).isEmpty();
  }

  /// A browser has six connections to a host, and each open stream holds one.
  @Test
  void followsAFewRunsAndStillShowsTheOthers() {
    assertThat(page.locator("#runs article")).hasCount(1);
    IntStream.range(0, 9)
        .forEach(
            i ->
                trainer
                    .json(
                        "/v1/runs/r1%d/metrics".formatted(i),
                        200,
                        "{\"points\":[],\"evaluations\":[]}")
                    .on("/v1/runs/r1%d/events".formatted(i), this::stream));
    runs =
        IntStream.range(0, 9)
            .mapToObj(i -> RUN.replace("\"r1\"", "\"r1%d\"".formatted(i)))
            .collect(collectingAndThen(joining(","), StartPageIT::listed));

    assertThat(page.locator("#runs article")).hasCount(9);
    runs = listed(RUN.replace("RUNNING", "SUCCEEDED"));
    assertThat(page.locator("#runs article")).hasCount(1);
    assertThat(page.locator("#runs .state")).hasText("succeeded");
    assertThat(page.locator("#notice")).isHidden();
  }

  @Test
  void showsModelsWithALineToPaste() {
    assertThat(page.locator("#models")).containsText("latest → 2, production → 1");
    assertThat(page.locator("#models h3")).hasCount(4);
    assertThat(page.locator("#models code")).hasCount(2);
    assertThat(page.locator("#models code").first())
        .containsText("image/png' --data-binary @image.png");
    assertThat(page.locator("#models code").first()).containsText("/v1/models/simclr-shapes/embed");
    assertThat(page.locator("#models code").last()).containsText("text/plain");
    assertThat(page.locator("#models code").last()).containsText("/v1/models/stories/embed");
    assertThat(page.locator("#datasets td").first()).hasText("shapes");
  }

  @Test
  void saysWhichServiceWentAway() {
    assertThat(page.locator("#models h3")).hasCount(4);
    events.add("end");
    trainer.close();

    assertThat(page.locator("#notice")).containsText("trainer-service");
    assertThat(page.locator("#datasets td").first()).hasText("shapes");
  }
}
