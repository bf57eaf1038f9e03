package dev.athanor.trainer.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KeptMemoryTest {
  @Test
  void theJvmKnowsHowToGiveItBack() {
    assertThat(KeptMemory.giveBack()).startsWith("Trim native heap:");
  }
}
