package dev.athanor.trainer;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication
public class TrainerApplication {
  public static void main(String[] arguments) {
    SpringApplication.run(TrainerApplication.class, arguments);
  }
}
