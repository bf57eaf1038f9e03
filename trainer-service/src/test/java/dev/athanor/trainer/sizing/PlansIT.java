package dev.athanor.trainer.sizing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.athanor.testkit.Servers;
import dev.athanor.trainer.peer.TrainerNode;
import java.util.HashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `/v1/plans` as a caller sees it.
class PlansIT {
  private static final String SMALL = "layers=2&width=8&heads=2&vocabulary=10&context=4";

  private static TrainerNode trainer;

  @BeforeAll
  static void start() {
    var settings = new HashMap<>(Servers.properties());
    settings.put("ATHANOR_TRAINER_ROLES", "api");
    trainer = new TrainerNode(settings);
  }

  @AfterAll
  static void stop() {
    trainer.close();
  }

  /// Every number of a model that fits on a page, counted by hand.
  @Test
  void plansALayoutOfTheCallersOwn() {
    var answer =
        trainer.get(
            "/v1/plans?"
                + SMALL
                + "&feedForward=16&activation=swiglu&tied=true&tokens=1000&batch=5&precision=float32"
                + "&peak=1e6&utilisation=0.5");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    var plan = answer.json();
    var attention = 2 * 4 * 8 * 8;
    var feedForward = 2 * 3 * 8 * 16;
    assertThat(plan.at("/parameters/attention").asInt()).isEqualTo(attention);
    assertThat(plan.at("/parameters/feedForward").asInt()).isEqualTo(feedForward);
    assertThat(plan.at("/parameters/norms").asInt()).isEqualTo(5 * 8);
    assertThat(plan.at("/parameters/total").asInt())
        .isEqualTo(10 * 8 + attention + feedForward + 5 * 8);
    var perToken = 6 * (attention + feedForward + 10 * 8) + 12 * 2 * 8 * 4;
    assertThat(plan.at("/operations/perToken").asDouble()).isEqualTo(perToken);
    assertThat(plan.at("/operations/model").asDouble()).isEqualTo(perToken * 1000.0);
    assertThat(plan.at("/training/steps").asInt()).isEqualTo(50);
    assertThat(plan.at("/memory/weights").asInt())
        .isEqualTo(4 * plan.at("/parameters/total").asInt());
    assertThat(plan.at("/time/deviceHours").asDouble())
        .isCloseTo(perToken * 1000.0 / 0.5e6 / 3600, within(1e-9));
    assertThat(plan.at("/preset").isMissingNode()).isTrue();
  }

  @Test
  void aPresetFillsInAndWhatIsGivenReplaces() {
    var plan = trainer.get("/v1/plans?preset=palm-540b&layers=59&recompute=full").json();
    assertThat(plan.at("/preset").stringValue()).isEqualTo("palm-540b");
    assertThat(plan.at("/layout/layers").asInt()).isEqualTo(59);
    assertThat(plan.at("/layout/headSize").asInt()).isEqualTo(256);
    assertThat(plan.at("/layout/activation").stringValue()).isEqualTo("swiglu");
    assertThat(plan.at("/layout/parallel").booleanValue()).isTrue();
    assertThat(plan.at("/training/tokens").asDouble()).isEqualTo(780e9);
    assertThat(plan.at("/operations/hardware").asDouble())
        .isGreaterThan(plan.at("/operations/model").asDouble());
    assertThat(trainer.get("/v1/plans/presets").body()).contains("clm-0.5m", "gpt-3-175b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "preset=gpt-5 | 400 | preset: \\\"gpt-5\\\" (expected: one of [clm-0.5m,",
        "width=8 | 400 | layers: missing (expected: a whole number, or a preset)",
        "preset=clm-1m&layers=two | 400 | layers: \\\"two\\\" (expected: a whole number)",
        "preset=clm-1m&layers=2&layers=3 | 400 | layers: given 2 times (expected: once)",
        "preset=clm-1m&depth=2 | 400 | \\\"depth\\\": unknown parameter (expected: one of [preset,",
        "preset=clm-1m&tied=maybe | 400 | tied: \\\"maybe\\\" (expected: true or false)",
        "preset=clm-1m&norm=batch | 400 | norm: \\\"batch\\\" (expected: one of [layernorm, rmsnorm])",
        "preset=clm-1m&layers=0 | 422 | layers: 0 (expected: from 1 to 10000)",
        "preset=clm-1m&heads=3 | 422 | heads: 3 (expected: a divisor of width, which is 128, or a headSize)",
        "preset=clm-1m&keyValueHeads=3 | 422 | keyValueHeads: 3 (expected: a divisor of heads, which are 4)",
        "preset=clm-1m&tokens=NaN | 422 | tokens: NaN (expected: from 1 to 1e18)",
        "preset=clm-1m&tensor=8 | 422 | tensor: 8 (expected: a divisor of heads, which are 4)",
        "preset=clm-1m&utilisation=1.5 | 422 | utilisation: 1.5 (expected: > 0 and <= 1)",
        "preset=clm-1m&batch=3&data=2 | 422 | batch: 3 (expected: a multiple of data × microBatch, which is 2)"
      })
  void saysWhatIsWrong(String query, int status, String message) {
    var answer = trainer.get("/v1/plans?" + query);
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(answer.body()).contains(message);
  }
}
