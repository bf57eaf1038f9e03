package dev.athanor.embedding.trial;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VerdictTest {
  @Test
  void aReasonIsOneLineOfSomeLength() {
    assertThat(new Verdict.Rejected(" a\n\tb\0c\u202e ").reason()).isEqualTo("a b?c?");
    assertThat(new Verdict.Rejected("x".repeat(700)).reason()).isEqualTo("x".repeat(600) + "…");
  }
}
