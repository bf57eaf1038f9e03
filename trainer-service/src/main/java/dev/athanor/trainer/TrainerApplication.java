package dev.athanor.trainer;

import dev.athanor.trainer.time.Ticker;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.EnableScheduling;

/// Owns runs and the model registry; workers train.
@SpringBootApplication
@EnableScheduling
public class TrainerApplication {
  public static void main(String[] arguments) {
    SpringApplication.run(TrainerApplication.class, arguments);
  }

  @Bean
  Ticker ticker() {
    return System::nanoTime;
  }
}
