package dev.athanor.prompt;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication
public class PromptApplication {
  public static void main(String[] arguments) {
    SpringApplication.run(PromptApplication.class, arguments);
  }
}
