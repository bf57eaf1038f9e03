package dev.athanor.embedding;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.scheduling.annotation.EnableScheduling;

@SpringBootApplication
@EnableScheduling
public class EmbeddingApplication {
  public static void main(String[] arguments) {
    SpringApplication.run(EmbeddingApplication.class, arguments);
  }
}
